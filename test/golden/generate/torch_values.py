"""Golden values from PyTorch and the authors' code. Usage: python torch_values.py FOLDER_OF_SPT_LSA_ViT"""

import json
import sys

import numpy as np
import torch
from fixture import identity, nest, write
from torch import nn
from torch_cases import case, channels_first, dense_leaves, in_groups, norm_leaves, perturb, read, read_gradient

sys.path.append(sys.argv[1])
from models.SPT import PatchShifting, ShiftedPatchTokenization  # noqa: E402
from models.vit import Attention, FeedForward, ViT  # noqa: E402
from utils.losses import LabelSmoothingCrossEntropy  # noqa: E402
from utils.scheduler import CosineAnnealingWarmupRestarts  # noqa: E402

SMALL = {"size": 12, "patch": 4, "dim": 12, "depth": 2, "heads": 2, "headDim": 8, "mlp": [24, 12], "classes": 10}
VERSION = torch.__version__.split("+")[0]
SOURCE = f"the authors' code, torch {VERSION}"


def metadata(**more):
    return {"source": SOURCE, **{key: json.dumps(value) for key, value in more.items()}}


def attention_leaves(layer):
    # Query, key and value are one linear map without bias.
    leaves = {
        f"{name}/weight": (layer.to_qkv.weight, lambda array, i=i: np.split(array, 3)[i].T)
        for i, name in enumerate(["query", "key", "value"])
    }
    scale = {"scale": (layer.scale, identity)} if isinstance(layer.scale, nn.Parameter) else {}
    return {**leaves, **nest("output", dense_leaves(layer.to_out[0])), **scale}


def mlp_leaves(layer):
    return {**nest("0/dense", dense_leaves(layer.net[0])), **nest("1/dense", dense_leaves(layer.net[3]))}


def tokens_leaves(layer):
    if isinstance(layer, ShiftedPatchTokenization):
        return {**nest("norm", norm_leaves(layer.merging[1])), **nest("projection", dense_leaves(layer.merging[2]))}
    return nest("projection", dense_leaves(layer[1]))


def vit_leaves(model):
    leaves = {
        **nest("tokens", tokens_leaves(model.to_patch_embedding)),
        "class/token": (model.cls_token, lambda array: array.reshape(-1)),
        "position/table": (model.pos_embedding, lambda array: array[0]),
        **nest("norm", norm_leaves(model.mlp_head[0])),
        **nest("classifier", dense_leaves(model.mlp_head[1])),
    }
    for i, (attention, feed_forward) in enumerate(model.transformer.layers):
        leaves |= nest(f"blocks/{i}/attention/norm", norm_leaves(attention.norm))
        leaves |= nest(f"blocks/{i}/attention", attention_leaves(attention.fn))
        leaves |= nest(f"blocks/{i}/mlp/norm", norm_leaves(feed_forward.norm))
        leaves |= nest(f"blocks/{i}/mlp/layers", mlp_leaves(feed_forward.fn))
    assert {id(p) for p, _ in leaves.values()} == {id(p) for p in model.parameters()}, "every parameter has a path"
    return leaves


def vit(sl, depth=SMALL["depth"]):
    return ViT(
        img_size=SMALL["size"],
        patch_size=SMALL["patch"],
        num_classes=SMALL["classes"],
        dim=SMALL["dim"],
        depth=depth,
        heads=SMALL["heads"],
        dim_head=SMALL["headDim"],
        mlp_dim_ratio=2,
        is_SPT=sl,
        is_LSA=sl,
    )


def views(x, names, pixels):
    """Shifted copies after the original. The windows of the padded image are those of commented lines in the authors' code."""
    first, middle, last = slice(None, -2 * pixels), slice(pixels, -pixels), slice(2 * pixels, None)
    windows = {
        "l2": (middle, first), "r2": (middle, last), "t2": (first, middle), "b2": (last, middle),
        "lu": (first, first), "ru": (first, last), "lb": (last, first), "rb": (last, last),
    }  # fmt: skip
    padded = nn.functional.pad(x, (pixels,) * 4)
    return torch.cat([x] + [padded[:, :, rows, columns] for rows, columns in map(windows.get, names)], dim=1)


def layer_cases(rng):
    dense, norm = nn.Linear(8, 7), nn.LayerNorm(8)
    softmax, local = (Attention(8, 4, heads=2, dim_head=6, is_LSA=sl) for sl in (False, True))
    mlp = FeedForward(8, 4, 16)
    plain = vit(sl=False).to_patch_embedding
    shifted = ShiftedPatchTokenization(3, SMALL["dim"], SMALL["patch"], is_pe=True)
    shifting = PatchShifting(4)
    # The mask of locality attention includes the class token: 4 + 1 tokens here.
    tokens, images, small = (2, 5, 8), (2, 12, 12, 3), (2, 8, 8, 2)
    cardinal, diagonal = ["l2", "r2", "t2", "b2"], ["lu", "ru", "lb", "rb"]

    def on_images(f):
        return lambda x: f(channels_first(x))

    def shifts(f):
        return case(rng, lambda x: f(channels_first(x)).permute(0, 2, 3, 1), {}, small)

    return {
        "dense": case(rng, dense, dense_leaves(dense), tokens),
        # Small, so that epsilon matters.
        "layer-norm": case(rng, norm, norm_leaves(norm), tokens, spread=0.01),
        "gelu": case(rng, nn.GELU(), {}, (40, 8), spread=3),
        "mlp": case(rng, mlp, mlp_leaves(mlp), tokens),
        "attention": case(rng, softmax, attention_leaves(softmax), tokens),
        "locality-attention": case(rng, local, attention_leaves(local), tokens),
        "patch-tokens": case(rng, on_images(plain), tokens_leaves(plain), images),
        "shifted-patch-tokens": case(rng, on_images(shifted), tokens_leaves(shifted), images),
        "shifts-diagonal": shifts(shifting),
        "shifts-cardinal": shifts(lambda x: views(x, cardinal, 2)),
        "shifts-all": shifts(lambda x: views(x, cardinal + diagonal, 2)),
    }


def batches(rng, steps):
    size, classes = SMALL["size"], SMALL["classes"]
    images = rng.standard_normal((steps, 4, size, size, 3)).astype(np.float32)
    return images, rng.integers(0, classes, (steps, 4), dtype=np.int32)


LOSS = LabelSmoothingCrossEntropy()


def models(rng):
    """Logits, loss with label smoothing and all gradients of both whole models."""
    images, labels = batches(rng, 1)
    tensors = {"images": images[0], "labels": labels[0]}
    for name, sl in [("vanilla", False), ("sl", True)]:
        model = vit(sl)
        leaves = vit_leaves(model)
        perturb(rng, leaves)
        x = torch.tensor(images[0], requires_grad=True)
        logits = model(channels_first(x))
        loss = LOSS(logits, torch.tensor(labels[0], dtype=torch.int64))
        loss.backward()
        tensors |= nest(name, {f"params/{path}": read(leaf) for path, leaf in leaves.items()})
        tensors |= nest(name, {f"gradients/{path}": read_gradient(leaf) for path, leaf in leaves.items()})
        tensors |= nest(name, {"logits": logits.detach(), "loss": loss.detach(), "input-gradient": x.grad})
    return tensors


def weights(rng):
    """Both whole models as users have them: the state under the names of the authors, and the resulting logits."""
    images = batches(rng, 1)[0][0]
    tensors = {"images": images}
    for name, sl in [("vanilla", False), ("sl", True)]:
        model = vit(sl).eval()
        perturb(rng, vit_leaves(model))
        tensors |= nest(name, {f"weights/{path}": value.numpy() for path, value in model.state_dict().items()})
        tensors[f"{name}/logits"] = model(channels_first(torch.tensor(images))).detach()
    return tensors


def adamw(parameters):
    return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.5)


def training(rng, steps=10, kept=(1, 5, 10)):
    """Parameters of the SL model after some steps of torch.optim.AdamW, with label smoothing."""
    images, labels = batches(rng, steps)
    tensors = {"images": images, "labels": labels}
    model = vit(sl=True)
    leaves = vit_leaves(model)
    perturb(rng, leaves)
    tensors |= {f"start/{path}": read(leaf) for path, leaf in leaves.items()}
    optimizer = adamw(model.parameters())
    for step in range(steps):
        optimizer.zero_grad()
        logits = model(channels_first(torch.tensor(images[step])))
        LOSS(logits, torch.tensor(labels[step], dtype=torch.int64)).backward()
        optimizer.step()
        if step + 1 in kept:
            tensors |= {f"torch/{step + 1}/{path}": read(leaf) for path, leaf in leaves.items()}
    return tensors


def updates(rng, steps=10):
    """The optimizer alone, on given gradients of very different magnitudes: parameters after every step."""
    given = (rng.standard_normal((steps, 32)) * np.logspace(-9, 1, 32)).astype(np.float32)
    start = rng.standard_normal(32).astype(np.float32)
    variable, path = nn.Parameter(torch.tensor(start)), []
    optimizer = adamw([variable])
    for gradient in given:
        variable.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(variable.detach().numpy().copy())
    return {"start": start, "gradients": given, "torch": np.stack(path)}


def schedule():
    """The authors' scheduler over its whole cycle: rates of the steps 0, 1, …"""
    base, total, warm_up, least = 1e-3, 97, 9, 1e-6
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=base)
    scheduler = CosineAnnealingWarmupRestarts(optimizer, total, 1.0, base, least, warm_up)
    rates = []
    for _ in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"rates": np.float32(rates)}, metadata(options=[base, total, warm_up, least])


def deviation(path, parameter):
    """The standard deviation of the random values of the authors' code, from the fans of PyTorch; 0 for constants."""
    if path.endswith("weight"):
        return (2 / sum(nn.init._calculate_fan_in_and_fan_out(parameter))) ** 0.5
    return 1 if path in ("class/token", "position/table") else 0


def initial(repetitions=60):
    """Mean, variance, minimum, maximum and standard deviation of each leaf over many models initialized by the authors' code."""
    samples, deviations = {}, {}
    for seed in range(repetitions):
        torch.manual_seed(seed)
        for path, leaf in vit_leaves(vit(sl=True, depth=1)).items():
            samples.setdefault(path, []).append(read(leaf).astype(np.float64))
            deviations[path] = deviation(path, leaf[0])
    return {
        path: np.float32([np.mean(drawn), np.var(drawn), np.min(drawn), np.max(drawn), deviations[path]])
        for path, drawn in samples.items()
    }


if __name__ == "__main__":
    torch.manual_seed(20220107)
    torch.set_num_threads(2)
    write("torch-layers", in_groups(layer_cases(np.random.default_rng(11))), metadata())
    write("torch-models", models(np.random.default_rng(12)), metadata(config=SMALL))
    write("torch-weights", weights(np.random.default_rng(15)), metadata(config=SMALL))
    write("torch-training", training(np.random.default_rng(13)), metadata(config=SMALL, torch=f"torch {VERSION}"))
    write("torch-updates", updates(np.random.default_rng(14)), metadata(torch=f"torch {VERSION}"))
    write("torch-schedule", *schedule())
    write("torch-initial", initial(), metadata(config={**SMALL, "depth": 1}))
