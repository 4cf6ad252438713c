"""Shared by all peers: the arguments, the batch, and the protocol of the benchmark.

A peer warms up and reports that in one line of JSON. Then, for each line `step N` on its standard input, it runs N training
steps and prints one line of JSON: `{"ms": [one time per step], "loss": their mean loss, "peakMiB": peak of resident memory}`.
It exits at the end of its input. With `--steps N` it runs N steps, prints one line and exits.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

SIZE, CHANNELS, CLASSES, PATCH, DIM, DEPTH, HEADS, HEAD_DIM = 72, 3, 100, 6, 64, 8, 4, 64
TOKENS = (SIZE // PATCH) ** 2
MLP_UNITS, HEAD_UNITS = (128, 64), (2048, 1024)
EPSILON = 1e-6
# The rate is so small that the model does not overfit the single batch during the benchmark: values stay in a normal range.
LEARNING_RATE, WEIGHT_DECAY = 1e-5, 1e-4
WARM_UP_STEPS = 4


class Rates:
    """The drop rates of the preset, or zeros."""

    def __init__(self, dropout: bool):
        self.attention, self.mlp, self.head = (0.1, 0.1, 0.5) if dropout else (0.0, 0.0, 0.0)


def arguments(
    description: str, variants: tuple[str, ...], add: Callable[[argparse.ArgumentParser], None] = lambda _: None
) -> argparse.Namespace:
    """Reads the command line, to which `add` adds, and restricts the process to as many cores as it may have threads."""
    parser = argparse.ArgumentParser(description=description)
    add(parser)
    parser.add_argument("--variant", choices=variants, default=variants[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--dropout", action="store_true", help="use the drop rates of the preset")
    parser.add_argument("--steps", type=int, help="run this many steps, print their times and exit")
    args = parser.parse_args()
    # Not every framework has a setting for its threads, but all of them respect the number of available cores.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    return args


def batch(size: int, side: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Normally distributed images [batch, row, column, channel], and a class for each."""
    images = np.random.default_rng(0).standard_normal((size, side, side, CHANNELS), dtype=np.float32)
    return images, np.arange(size, dtype=np.int32) % CLASSES


def serve(args: argparse.Namespace, step: Callable[[], float], parameters: int, versions: dict[str, str]) -> None:
    """Warms up and serves requests. `step` runs one full training step and returns its loss."""

    def timed() -> tuple[float, float]:
        began = time.perf_counter()
        loss = step()
        return 1000 * (time.perf_counter() - began), float(loss)

    def report(result: dict) -> None:
        print(json.dumps(result), flush=True)

    def steps(count: int) -> dict:
        timings = [timed() for _ in range(count)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"ms": [ms for ms, _ in timings], "loss": sum(loss for _, loss in timings) / count, "peakMiB": peak}

    warm = steps(WARM_UP_STEPS)
    report({"versions": versions, "parameters": parameters, "firstStepMs": warm["ms"][0], "firstLoss": warm["loss"]})
    if args.steps is not None:
        report(steps(args.steps))
        return
    for line in sys.stdin:
        report(steps(int(line.split()[1])))
