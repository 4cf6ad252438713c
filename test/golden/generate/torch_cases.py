"""What the generators with PyTorch share: the leaves of its layers under our paths, and cases of one layer."""

import numpy as np
import torch
from fixture import identity, perturbed


def transposed(array):
    return array.T


def read(leaf):
    parameter, to_ours = leaf
    return to_ours(parameter.detach().numpy().copy())


def read_gradient(leaf):
    parameter, to_ours = leaf
    return to_ours(parameter.grad.numpy().copy())


def perturb(rng, leaves):
    for parameter in {id(parameter): parameter for parameter, _ in leaves.values()}.values():
        parameter.data = torch.tensor(perturbed(rng, parameter.detach().numpy()))


def dense_leaves(layer):
    return {"weight": (layer.weight, transposed), "bias": (layer.bias, identity)}


def norm_leaves(layer):
    return {"scale": (layer.weight, identity), "offset": (layer.bias, identity)}


def channels_first(images):
    return images.permute(0, 3, 1, 2)


def case(rng, call, leaves, shape, spread=1):
    """One layer: input, parameters, output, a random cotangent, and the gradients of <output, cotangent>."""
    perturb(rng, leaves)
    x = torch.tensor(spread * rng.standard_normal(shape), dtype=torch.float32, requires_grad=True)
    y = call(x)
    cotangent = torch.tensor(rng.standard_normal(y.shape), dtype=torch.float32)
    (y * cotangent).sum().backward()
    return {
        "input": x.detach(),
        **{f"params/{path}": read(leaf) for path, leaf in leaves.items()},
        "output": y.detach(),
        "cotangent": cotangent,
        **{f"gradients/{path}": read_gradient(leaf) for path, leaf in leaves.items()},
        "input-gradient": x.grad,
    }


def in_groups(cases):
    return {f"{name}/{key}": value for name, group in cases.items() for key, value in group.items()}
