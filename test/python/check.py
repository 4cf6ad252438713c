"""Checks the files that cases.ts wrote: ONNX files in Python's onnx and onnxruntime, and the snippets of docs/export.md."""

import re
import sys
import types
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5
folder, page = Path(sys.argv[1]), Path(sys.argv[2])

paths = sorted(folder.glob("*.onnx"))
assert len(paths) == 9, f"expected 9 models, got {len(paths)}"
for path in paths:
    onnx.checker.check_model(path, full_check=True)
    assert {opset.domain for opset in onnx.load(path).opset_import} == {""}
    case = load_file(path.with_suffix(".case.safetensors"))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    dtype = np.uint8 if given.type == "tensor(uint8)" else np.float32
    for images, expected in [(case["input"], case["output"]), (case["input"][:1], case["output"][:1])]:
        actual = session.run(None, {given.name: images.astype(dtype)})[0]
        difference = np.abs(actual - expected).max()
        assert difference < TOLERANCE, f"{path.name}: differs by {difference}"
    print(f"{path.stem:28} valid, differs by {difference:.1e}")



def snippet(word, text=page.read_text()):
    (found,) = [block for block in re.findall(r"```python\n(.*?)```", text, re.S) if word in block]
    return found


class Stand_in:
    """What the snippets use of a model in PyTorch or Keras."""

    def __init__(self, weights, tau_is_trained):
        self.weights = weights
        variables = [types.SimpleNamespace(shape=w.shape, assign=self.assign(n)) for n, w in weights]
        self.layers = list(self.layers_of(variables, tau_is_trained))
        self.loaded = {}

    def layers_of(self, variables, tau_is_trained):
        """One for each temperature, which is a variable of its layer or, with Keras 3, an attribute alone; and one for each other."""
        for variable in variables:
            if variable.shape == ():
                yield types.SimpleNamespace(tau=variable, trainable_variables=[variable] if tau_is_trained else [])
            else:
                yield types.SimpleNamespace(trainable_variables=[variable])

    def assign(self, name):
        return lambda value: self.loaded.update({name: np.asarray(value)})

    def state_dict(self):
        return dict(self.weights)

    def load_state_dict(self, weights):
        self.loaded = {name: np.asarray(value) for name, value in weights.items()}


exec(snippet("InferenceSession").replace("first.onnx", str(folder / "quickstart-spt-lsa.onnx")), {})
card = (folder / "card.md").read_text()
exec(snippet("InferenceSession", card).replace("model.onnx", str(folder / "quickstart-spt-lsa.onnx")), {})
for library, word, tau_is_trained in [
    ("torch", "load_state_dict", True),
    ("keras2", "trainable_variables", True),
    ("keras2", "trainable_variables", False),
]:
    theirs = load_file(folder / f"{library}.theirs.safetensors")
    ordered = sorted(theirs.items(), key=lambda item: int(item[0])) if library == "keras2" else list(theirs.items())
    model = Stand_in(ordered, tau_is_trained)
    code = snippet(word).replace("runs/first/spt-lsa.safetensors", str(folder / f"{library}.ours.safetensors"))
    sys.modules.setdefault("torch", types.SimpleNamespace(tensor=np.asarray))
    exec(code, {"model": model})
    assert model.loaded.keys() == theirs.keys(), library
    for name, expected in theirs.items():
        assert model.loaded[name].shape == expected.shape and (model.loaded[name] == expected).all(), name
    print(f"{library:28} {len(theirs)} weights, the same bits")
