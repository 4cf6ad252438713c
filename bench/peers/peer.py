"""What every peer has in common: the arguments, the batch, and the way in which the harness asks for steps.

A peer warms up and says so in one line of JSON. Then, for every line `step N` on its standard input, it makes N training
steps and answers one line of JSON: `{"ms": [one time a step], "loss": their mean loss}`. It ends when its input does.
Run by hand with `--steps N` it makes those steps, prints a line, and ends.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable

import numpy as np

SIZE, CHANNELS, CLASSES, PATCH, DIM, DEPTH, HEADS, HEAD_DIM = 72, 3, 100, 6, 64, 8, 4, 64
TOKENS = (SIZE // PATCH) ** 2
MLP_UNITS, HEAD_UNITS = (128, 64), (2048, 1024)
EPSILON = 1e-6
# A rate so small that the one batch is not learnt by heart while it is measured: numbers stay ordinary.
LEARNING_RATE, WEIGHT_DECAY = 1e-5, 1e-4
WARM_UP_STEPS = 4


class Rates:
    """The drop rates of the preset, or none."""

    def __init__(self, dropout: bool):
        self.attention, self.mlp, self.head = (0.1, 0.1, 0.5) if dropout else (0.0, 0.0, 0.0)


def arguments(description: str, variants: tuple[str, ...]) -> argparse.Namespace:
    """Reads the command line and holds the process to as many cores as it may have threads."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--variant", choices=variants, default=variants[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--dropout", action="store_true", help="with all the drop rates of the preset")
    parser.add_argument("--steps", type=int, help="make so many steps, print their times and end")
    args = parser.parse_args()
    # Not every framework has a switch for its threads; all of them see how many cores they may use.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    return args


def batch(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Images [batch, row, column, channel] of normal numbers, as normalized images are, and a class for each."""
    images = np.random.default_rng(0).standard_normal((size, SIZE, SIZE, CHANNELS), dtype=np.float32)
    return images, np.arange(size, dtype=np.int32) % CLASSES


def serve(args: argparse.Namespace, step: Callable[[], float], parameters: int, versions: dict[str, str]) -> None:
    """Warms up and answers what the harness asks. `step` makes one whole training step and answers its loss."""

    def timed() -> tuple[float, float]:
        began = time.perf_counter()
        loss = step()
        return 1000 * (time.perf_counter() - began), float(loss)

    def say(answer: dict) -> None:
        print(json.dumps(answer), flush=True)

    def steps(count: int) -> dict:
        made = [timed() for _ in range(count)]
        return {"ms": [ms for ms, _ in made], "loss": sum(loss for _, loss in made) / count}

    warm = steps(WARM_UP_STEPS)
    say({"versions": versions, "parameters": parameters, "firstStepMs": warm["ms"][0], "firstLoss": warm["loss"]})
    if args.steps is not None:
        say(steps(args.steps))
        return
    for line in sys.stdin:
        say(steps(int(line.split()[1])))
