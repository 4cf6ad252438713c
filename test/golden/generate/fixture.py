"""Writes fixtures: safetensors files with the checksum that the reader of this project verifies."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"


def identity(array):
    return array


def nest(name, leaves):
    """Prefixes every path with a name."""
    return {f"{name}/{path}": leaf for path, leaf in leaves.items()}


def perturbed(rng, array, amount=0.1):
    """An initial value with a small random offset, so that no bias is 0 and no scale is 1."""
    return np.asarray(array + amount * rng.standard_normal(array.shape), np.float32)


def _dump(header):
    # The same characters as JSON.stringify, because the checksum covers them.
    return json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()


def write(name, tensors, metadata):
    """`tensors`: arrays by name, stored as float32 or int32. `metadata`: strings by name."""
    entries, chunks, offset = {}, [], 0
    for key, value in tensors.items():
        value = np.asarray(value)
        integral = np.issubdtype(value.dtype, np.integer)
        array = np.asarray(value, np.int32 if integral else np.float32, order="C")
        entries[key] = {
            "dtype": "I32" if integral else "F32",
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        chunks.append(array.tobytes())
        offset += array.nbytes
    data = b"".join(chunks)
    checksum = hashlib.sha256(_dump({"__metadata__": metadata, **entries}) + data).hexdigest()
    header = _dump({"__metadata__": {**metadata, "sha256": checksum}, **entries})
    header += b" " * (-len(header) % 8)
    path = FOLDER / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size} bytes")
