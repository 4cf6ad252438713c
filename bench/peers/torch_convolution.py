"""A convolution in PyTorch, on the CPU, as bench/convolution.ts has it: forward, with the gradient of the weights, and with that of the
images as well. Images are channels-first, PyTorch's default.

    python torch_convolution.py --variant forward --batch 64 --case '{"size": 32, "in": 3, "out": 64, "window": 3, "stride": 1}' --steps 10
"""

import argparse
import json

import torch
import torch.nn.functional as F

import peer


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--case", type=json.loads, required=True)


def main() -> None:
    args = peer.arguments(__doc__, ("forward", "weights", "images"), add)
    case = args.case
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    x = torch.randn(args.batch, case["in"], case["size"], case["size"])
    groups = case["in"] if case["depthwise"] else 1
    weight = torch.randn(case["out"], case["in"] // groups, case["window"], case["window"]) * 0.1
    bias = torch.zeros(case["out"])
    pool = case["pool"]
    x.requires_grad_(args.variant == "images")
    for parameter in (weight, bias):
        parameter.requires_grad_(args.variant != "forward")

    def loss() -> torch.Tensor:
        y = F.relu(F.conv2d(x, weight, bias, case["stride"], case["window"] // 2, groups=groups))
        if pool == "max":
            y = F.max_pool2d(y, 3, 2, 1)
        if pool == "average":
            y = F.avg_pool2d(y, 3, 2, 1, count_include_pad=False)
        return y.square().mean()

    def step() -> float:
        if args.variant == "forward":
            with torch.no_grad():
                return loss().item()
        given = (weight, bias, x) if args.variant == "images" else (weight, bias)
        value = loss()
        gradients = torch.autograd.grad(value, given)
        # Read to the end, as the other side does.
        return value.item() + 0 * sum(gradient.square().sum().item() for gradient in gradients)

    peer.serve(args, step, weight.numel() + bias.numel(), {"torch": torch.__version__})


if __name__ == "__main__":
    main()
