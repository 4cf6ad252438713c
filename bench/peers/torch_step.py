"""One training step of the Keras example's SL-ViT in PyTorch, on the CPU: forward, backward, AdamW, loss and metrics.

`eager` spells attention out; `sdpa` calls scaled_dot_product_attention; `compile` passes the model of `eager` to
torch.compile, which fuses the operations between matrix products (with fused attention inside, it is slower). To run it alone:

    python torch_step.py --variant sdpa --dropout --steps 10
"""

import torch
import torch.nn.functional as F
from torch import nn

import peer

SHIFTS = [(down, right) for down in (-1, 1) for right in (-1, 1)]


class ShiftedPatchTokens(nn.Module):
    """The image and four shifted copies, cut into patches, normalized and projected."""

    def __init__(self) -> None:
        super().__init__()
        width = peer.PATCH**2 * peer.CHANNELS * (1 + len(SHIFTS))
        self.norm = nn.LayerNorm(width, eps=peer.EPSILON)
        self.projection = nn.Linear(width, peer.DIM)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        half, side = peer.PATCH // 2, peer.SIZE // peer.PATCH
        shifted = [F.pad(images, (r * half, -r * half, d * half, -d * half)) for d, r in SHIFTS]
        views = torch.cat([images, *shifted], dim=1)
        patches = views.reshape(len(images), -1, side, peer.PATCH, side, peer.PATCH).permute(0, 2, 4, 3, 5, 1)
        return self.projection(self.norm(patches.reshape(len(images), peer.TOKENS, -1)))


class LocalityAttention(nn.Module):
    """Attention with a masked diagonal and a learned temperature. Query, key and value are one matrix product."""

    def __init__(self, fused: bool, rate: float) -> None:
        super().__init__()
        width = peer.HEADS * peer.HEAD_DIM
        self.fused, self.rate = fused, rate
        self.qkv = nn.Linear(peer.DIM, 3 * width)
        self.output = nn.Linear(width, peer.DIM)
        self.temperature = nn.Parameter(torch.tensor(peer.HEAD_DIM**0.5))
        self.register_buffer("own", torch.eye(peer.TOKENS, dtype=torch.bool), persistent=False)
        self.register_buffer("others", ~self.own, persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, tokens, _ = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, peer.HEADS, peer.HEAD_DIM).permute(2, 0, 3, 1, 4)
        q = q / self.temperature
        if self.fused:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=self.others, dropout_p=self.rate, scale=1.0)
        else:
            scores = (q @ k.transpose(-2, -1)).masked_fill(self.own, float("-inf"))
            mixed = F.dropout(scores.softmax(-1), self.rate, self.training) @ v
        return self.output(mixed.transpose(1, 2).reshape(batch, tokens, -1))


def mlp(width: int, units: tuple[int, ...], rate: float) -> nn.Sequential:
    """Linear, GELU and dropout for each of the units."""
    parts: list[nn.Module] = []
    for before, after in zip((width, *units), units):
        parts += [nn.Linear(before, after), nn.GELU(), nn.Dropout(rate)]
    return nn.Sequential(*parts)


class Block(nn.Module):
    def __init__(self, fused: bool, rates: peer.Rates) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(peer.DIM, eps=peer.EPSILON)
        self.attention = LocalityAttention(fused, rates.attention)
        self.norm2 = nn.LayerNorm(peer.DIM, eps=peer.EPSILON)
        self.mlp = mlp(peer.DIM, peer.MLP_UNITS, rates.mlp)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class SlVit(nn.Module):
    def __init__(self, fused: bool, rates: peer.Rates) -> None:
        super().__init__()
        self.tokens = ShiftedPatchTokens()
        self.position = nn.Parameter(torch.empty(peer.TOKENS, peer.DIM).uniform_(-0.05, 0.05))
        self.blocks = nn.Sequential(*(Block(fused, rates) for _ in range(peer.DEPTH)))
        self.norm = nn.LayerNorm(peer.DIM, eps=peer.EPSILON)
        self.dropout = nn.Dropout(rates.head)
        self.head = mlp(peer.TOKENS * peer.DIM, peer.HEAD_UNITS, rates.head)
        self.classifier = nn.Linear(peer.HEAD_UNITS[-1], peer.CLASSES)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.blocks(self.tokens(images) + self.position))
        return self.classifier(self.head(self.dropout(x.flatten(1))))


def main() -> None:
    args = peer.arguments(__doc__, ("eager", "sdpa", "compile"))
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = SlVit(args.variant == "sdpa", peer.Rates(args.dropout)).train()
    forward = torch.compile(model) if args.variant == "compile" else model
    optimizer = torch.optim.AdamW(model.parameters(), peer.LEARNING_RATE, weight_decay=peer.WEIGHT_DECAY, fused=True)
    pixels, classes = peer.batch(args.batch)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(classes).long()
    sums = {"top1": 0.0, "top5": 0.0}

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        logits = forward(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            right = logits.topk(5).indices == labels[:, None]
            sums["top1"] += right[:, 0].sum().item()
            sums["top5"] += right.sum().item()
        return loss.item()

    parameters = sum(parameter.numel() for parameter in model.parameters())
    peer.serve(args, step, parameters, {"torch": torch.__version__})


if __name__ == "__main__":
    main()
