"""Writes a file of every number type with the safetensors package of Python. Usage: python python_file.py"""

from pathlib import Path

import torch
from safetensors.torch import save_file

PATH = Path(__file__).resolve().parent.parent / "fixtures" / "python.safetensors"

INTEGERS = {
    "I8": (torch.int8, [-128, -1, 0, 127]),
    "I16": (torch.int16, [-32768, -1, 0, 32767]),
    "I32": (torch.int32, [-(2**31), -1, 0, 2**31 - 1]),
    "I64": (torch.int64, [-(2**31), -1, 0, 2**31 - 1]),
    "U8": (torch.uint8, [0, 1, 128, 255]),
    "U16": (torch.uint16, [0, 1, 32768, 65535]),
    "U32": (torch.uint32, [0, 1, 2**16, 2**31 - 1]),
    "U64": (torch.uint64, [0, 1, 2**16, 2**31 - 1]),
}
# Exact in every type but the last two: the smallest numbers of half precision, and a third.
NUMBERS = [0.0, -0.0, 1.0, -2.5, float("inf"), float("-inf"), 2.0**-24, 1 / 3]
FLOATS = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "F64": torch.float64}

if __name__ == "__main__":
    tensors = {name: torch.tensor(values, dtype=kind).reshape(2, 2) for name, (kind, values) in INTEGERS.items()}
    tensors |= {name: torch.tensor(NUMBERS, dtype=torch.float64).to(kind) for name, kind in FLOATS.items()}
    tensors |= {
        "BOOL": torch.tensor([True, False, True]),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros(0, 4),
        "names/may.be é": torch.tensor([1.5]),
        "__proto__": torch.tensor([2.5]),
        "toString": torch.tensor([3.5]),
    }
    save_file(tensors, PATH, metadata={"format": "pt"})
    print(f"{PATH.name}: {len(tensors)} tensors, {PATH.stat().st_size} bytes")
