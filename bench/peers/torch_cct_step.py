"""One training step of CCT-7/3x1 (Hassani et al. 2021) in PyTorch, on the CPU: forward, backward, AdamW, loss and metrics.

`eager` spells attention out; `sdpa` calls scaled_dot_product_attention; `channels-last` is `sdpa` with the images and the convolution in
that layout; `compile` passes the model of `eager` to torch.compile. To run it alone:

    python torch_cct_step.py --variant sdpa --dropout --steps 10
"""

import torch
import torch.nn.functional as F
from torch import nn

import peer

SIZE, DIM, DEPTH, HEADS, MLP_UNITS = 32, 256, 7, 4, 512
TOKENS = (SIZE // 2) ** 2
EPSILON = 1e-5
WEIGHT_DECAY = 0.05


class Attention(nn.Module):
    def __init__(self, fused: bool, rate: float) -> None:
        super().__init__()
        self.fused, self.rate = fused, rate
        self.qkv = nn.Linear(DIM, 3 * DIM, bias=False)
        self.output = nn.Linear(DIM, DIM)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, tokens, _ = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        if self.fused:
            mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=self.rate)
        else:
            scores = (q * (DIM // HEADS) ** -0.5) @ k.transpose(-2, -1)
            mixed = F.dropout(scores.softmax(-1), self.rate, self.training) @ v
        return self.output(mixed.transpose(1, 2).reshape(batch, tokens, -1))


class DropPath(nn.Module):
    """Drops the branch of an image as a whole."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.rate == 0:
            return x
        kept = x.new_empty(x.shape[0], 1, 1).bernoulli_(1 - self.rate)
        return x * (kept / (1 - self.rate))


class Block(nn.Module):
    def __init__(self, fused: bool, attention_rate: float, path_rate: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(DIM, eps=EPSILON)
        self.attention = Attention(fused, attention_rate)
        self.norm2 = nn.LayerNorm(DIM, eps=EPSILON)
        self.mlp = nn.Sequential(nn.Linear(DIM, MLP_UNITS), nn.GELU(), nn.Linear(MLP_UNITS, DIM))
        self.path = DropPath(path_rate)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm2(x + self.path(self.attention(self.norm1(x))))
        return x + self.path(self.mlp(x))


class Cct(nn.Module):
    def __init__(self, fused: bool, dropout: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(peer.CHANNELS, DIM, 3, padding=1, bias=False)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.position = nn.Parameter(0.2 * torch.randn(TOKENS, DIM))
        rate = 0.1 if dropout else 0.0
        self.blocks = nn.Sequential(*(Block(fused, rate, rate * i / (DEPTH - 1)) for i in range(DEPTH)))
        self.norm = nn.LayerNorm(DIM, eps=EPSILON)
        self.score = nn.Linear(DIM, 1)
        self.classifier = nn.Linear(DIM, peer.CLASSES)
        nn.init.kaiming_normal_(self.conv.weight)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.pool(F.relu(self.conv(images))).flatten(2).transpose(1, 2)
        x = self.norm(self.blocks(x + self.position))
        weights = self.score(x).softmax(1)
        return self.classifier((weights.transpose(1, 2) @ x).squeeze(1))


def main() -> None:
    args = peer.arguments(__doc__, ("eager", "sdpa", "channels-last", "compile"))
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = Cct(args.variant in ("sdpa", "channels-last"), args.dropout).train()
    pixels, classes = peer.batch(args.batch, SIZE)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    if args.variant == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    forward = torch.compile(model) if args.variant == "compile" else model
    optimizer = torch.optim.AdamW(model.parameters(), peer.LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)
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
