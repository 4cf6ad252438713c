"""Golden values of compact convolutional transformers, from PyTorch and the authors' code. Usage: python cct_values.py FOLDER_OF_COMPACT_TRANSFORMERS"""

import json
import sys

import numpy as np
import torch
from fixture import identity, nest, write
from torch import nn
from torch.nn import functional as F
from torch_cases import case, channels_first, dense_leaves, in_groups, norm_leaves, perturb, read, read_gradient

sys.path.append(sys.argv[1])
from src.cct import CCT  # noqa: E402
from src.utils.tokenizer import Tokenizer  # noqa: E402

SMALL = {"size": 12, "layers": 2, "hidden": 64, "dim": 12, "depth": 3, "heads": 2, "headDim": 6, "mlp": 24, "classes": 10}
VERSION = torch.__version__.split("+")[0]


def metadata(source="the authors' code", **more):
    return {"source": f"{source}, torch {VERSION}", **{key: json.dumps(value) for key, value in more.items()}}


def channels_last(images):
    return images.permute(0, 2, 3, 1)


def kernel(weight):
    # [out, in, row, column]
    return weight.transpose(2, 3, 1, 0)


def conv_leaves(layer):
    return {"weight": (layer.weight, kernel), **({} if layer.bias is None else {"bias": (layer.bias, identity)})}


def depthwise_leaves(layer):
    # [channel, 1, row, column]
    return {"weight": (layer.weight, lambda weight: weight.transpose(2, 3, 0, 1)), "bias": (layer.bias, identity)}


def tokens_leaves(layer):
    leaves = {}
    for i, stage in enumerate(layer.conv_layers):
        leaves |= nest(f"layers/{i}/conv", conv_leaves(stage[0]))
    return leaves


def layer_cases(rng):
    conv = nn.Conv2d(3, 4, 3, stride=2, padding=1)
    bare = nn.Conv2d(3, 4, 3, padding=1, bias=False)
    depthwise = nn.Conv2d(3, 3, 3, padding=1, groups=3)
    tokenizer = Tokenizer(3, 1, 1, n_conv_layers=2, n_input_channels=3, n_output_channels=5, activation=nn.ReLU)
    score = nn.Linear(8, 1)
    images, tokens = (2, 9, 12, 3), (2, 5, 8)

    def on_images(f, leaves=None):
        return case(rng, lambda x: channels_last(f(channels_first(x))), leaves or {}, images)

    def pool(x):
        # The expression of the authors' TransformerClassifier.
        return torch.matmul(F.softmax(score(x), dim=1).transpose(-1, -2), x).squeeze(-2)

    return {
        "conv": on_images(conv, conv_leaves(conv)),
        "conv-without-bias": on_images(bare, conv_leaves(bare)),
        "depthwise-conv": on_images(depthwise, depthwise_leaves(depthwise)),
        "max-pool": on_images(nn.MaxPool2d(3, 2, 1)),
        "average-pool": on_images(nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
        "resize-bilinear": on_images(lambda x: F.interpolate(x, (5, 20), mode="bilinear")),
        "resize-nearest": on_images(lambda x: F.interpolate(x, (5, 20), mode="nearest")),
        "conv-tokens": case(rng, lambda x: tokenizer(channels_first(x)), tokens_leaves(tokenizer), images),
        "sequence-pool": case(rng, pool, nest("score", dense_leaves(score)), tokens),
        "gather-tokens": case(rng, lambda x: x[:, [3, 0, 3]], {}, tokens),
        "roll-tokens": case(rng, lambda x: torch.roll(x, 2, dims=1), {}, tokens),
    }


class LocalityAttention(nn.Module):
    """The authors' attention with the learned scale and the masked diagonal of Lee et al. 2021."""

    def __init__(self, plain):
        super().__init__()
        self.qkv, self.proj, self.heads = plain.qkv, plain.proj, plain.num_heads
        self.scale = nn.Parameter(torch.full((self.heads,), plain.scale))

    def forward(self, x):
        batch, count, dim = x.shape
        q, k, v = self.qkv(x).reshape(batch, count, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) * self.scale[None, :, None, None]
        weights = scores.masked_fill(torch.eye(count, dtype=torch.bool), float("-inf")).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(batch, count, dim))


class Shifted(nn.Module):
    """The authors' model on images with copies that moved by half a token, in the order of the code of Lee et al. 2021."""

    def __init__(self, model, pixels):
        super().__init__()
        self.model, self.pixels = model, pixels

    def forward(self, x):
        padded, (_, _, height, width) = F.pad(x, (self.pixels,) * 4), x.shape
        corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
        starts = [(2 * self.pixels * row, 2 * self.pixels * column) for row, column in corners]
        copies = [padded[:, :, row : row + height, column : column + width] for row, column in starts]
        return self.model(torch.cat([x, *copies], dim=1))


def cct(sl):
    model = CCT(
        img_size=SMALL["size"],
        embedding_dim=SMALL["dim"],
        n_input_channels=15 if sl else 3,
        n_conv_layers=SMALL["layers"],
        kernel_size=3,
        stride=1,
        padding=1,
        attention_dropout=0,
        stochastic_depth=0,
        num_layers=SMALL["depth"],
        num_heads=SMALL["heads"],
        mlp_ratio=2,
        num_classes=SMALL["classes"],
    )
    if sl:
        for block in model.classifier.blocks:
            block.self_attn = LocalityAttention(block.self_attn)
    return model


def attention_leaves(layer):
    # Query, key and value are one linear map without bias.
    leaves = {
        f"{name}/weight": (layer.qkv.weight, lambda array, i=i: np.split(array, 3)[i].T)
        for i, name in enumerate(["query", "key", "value"])
    }
    scale = {"scale": (layer.scale, identity)} if isinstance(layer.scale, nn.Parameter) else {}
    return {**leaves, **nest("output", dense_leaves(layer.proj)), **scale}


def cct_leaves(model):
    whole = model.classifier
    leaves = {
        **nest("tokens", tokens_leaves(model.tokenizer)),
        "position/table": (whole.positional_emb, lambda array: array[0]),
        **nest("norm", norm_leaves(whole.norm)),
        **nest("pool/score", dense_leaves(whole.attention_pool)),
        **nest("classifier", dense_leaves(whole.fc)),
    }
    for i, block in enumerate(whole.blocks):
        leaves |= nest(f"blocks/{i}/attention/norm", norm_leaves(block.pre_norm))
        leaves |= nest(f"blocks/{i}/attention", attention_leaves(block.self_attn))
        leaves |= nest(f"blocks/{i}/mlp/norm", norm_leaves(block.norm1))
        leaves |= nest(f"blocks/{i}/mlp/layers/0/dense", dense_leaves(block.linear1))
        leaves |= nest(f"blocks/{i}/mlp/layers/1/dense", dense_leaves(block.linear2))
    assert {id(p) for p, _ in leaves.values()} == {id(p) for p in model.parameters()}, "every parameter has a path"
    return leaves


def images_of(rng):
    return rng.standard_normal((4, SMALL["size"], SMALL["size"], 3)).astype(np.float32)


def models(rng):
    """Logits, loss with label smoothing and all gradients of both whole models."""
    images, labels = images_of(rng), rng.integers(0, SMALL["classes"], 4, dtype=np.int32)
    tensors = {"images": images, "labels": labels}
    for name, sl in [("vanilla", False), ("sl", True)]:
        model = cct(sl)
        leaves = cct_leaves(model)
        perturb(rng, leaves)
        x = torch.tensor(images, requires_grad=True)
        # A token is 4 × 4 pixels.
        logits = (Shifted(model, 2) if sl else model)(channels_first(x))
        loss = F.cross_entropy(logits, torch.tensor(labels, dtype=torch.int64), label_smoothing=0.1)
        loss.backward()
        tensors |= nest(name, {f"params/{path}": read(leaf) for path, leaf in leaves.items()})
        tensors |= nest(name, {f"gradients/{path}": read_gradient(leaf) for path, leaf in leaves.items()})
        tensors |= nest(name, {"logits": logits.detach(), "loss": loss.detach(), "input-gradient": x.grad})
    return tensors


def weights(rng):
    """The whole model as users have it: the state under the names of the authors, and the resulting logits."""
    images = images_of(rng)
    model = cct(sl=False).eval()
    perturb(rng, cct_leaves(model))
    state = {f"weights/{path}": value.numpy() for path, value in model.state_dict().items()}
    return {"images": images, **state, "logits": model(channels_first(torch.tensor(images))).detach()}


if __name__ == "__main__":
    torch.manual_seed(20210412)
    torch.set_num_threads(2)
    write("cct-layers", in_groups(layer_cases(np.random.default_rng(21))), metadata("PyTorch"))
    write("cct-models", models(np.random.default_rng(22)), metadata(config=SMALL))
    write("cct-weights", weights(np.random.default_rng(23)), metadata(config=SMALL))
