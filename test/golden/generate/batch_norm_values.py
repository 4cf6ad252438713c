"""Golden values of batch normalization from PyTorch: three batches in training, then one in evaluation. Usage: python batch_norm_values.py"""

import numpy as np
import torch
from fixture import identity, write
from torch import nn
from torch_cases import channels_first, perturb

EPSILON, MOMENTUM = 1e-3, 0.2


def values(rng):
    norm = nn.BatchNorm2d(3, eps=EPSILON, momentum=MOMENTUM)
    leaves = {"scale": (norm.weight, identity), "offset": (norm.bias, identity)}
    perturb(rng, leaves)
    shape = (4, 5, 6, 3)
    batches = (2 + 3 * rng.standard_normal((4, *shape))).astype(np.float32)
    cotangent = rng.standard_normal(shape).astype(np.float32)
    tensors = {"batches": batches, "cotangent": cotangent, "scale": norm.weight.detach(), "offset": norm.bias.detach()}
    for i, batch in enumerate(batches):
        training = i < len(batches) - 1
        norm.train(training)
        norm.zero_grad()
        x = torch.tensor(batch, requires_grad=True)
        y = norm(channels_first(x)).permute(0, 2, 3, 1)
        (y * torch.tensor(cotangent)).sum().backward()
        gradients = {"x": x.grad, "scale": norm.weight.grad, "offset": norm.bias.grad}
        tensors |= {f"{i}/output": y.detach()} | {f"{i}/gradients/{name}": value.clone() for name, value in gradients.items()}
        tensors |= {f"{i}/mean": norm.running_mean.clone(), f"{i}/variance": norm.running_var.clone()}
    return tensors


if __name__ == "__main__":
    torch.manual_seed(0)
    source = f"PyTorch, torch {torch.__version__.split('+')[0]}"
    write("batch-norm", values(np.random.default_rng(31)), {"source": source, "options": f"[{EPSILON},{MOMENTUM}]"})
