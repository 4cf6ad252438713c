"""One training step of the Keras example's SL-ViT in JAX, on the CPU: forward, backward, AdamW, loss and metrics in one jit.

The state is donated, and AdamW is that of optax. Dropout masks come from the `rbg` generator, as is usual where its cost
matters; the default generator, threefry, is slower. To run it alone:

    python jax_step.py --dropout --steps 10
"""

import peer  # first: JAX reads the number of available cores when it starts its threads

import jax
import jax.numpy as jnp
import optax

Params = dict


def dense(key: jax.Array, fan_in: int, fan_out: int) -> Params:
    return {"w": jax.nn.initializers.glorot_uniform()(key, (fan_in, fan_out)), "b": jnp.zeros(fan_out)}


def norm(width: int) -> Params:
    return {"scale": jnp.ones(width), "offset": jnp.zeros(width)}


def stack(key: jax.Array, width: int, units: tuple[int, ...]) -> list[Params]:
    return [dense(jax.random.fold_in(key, i), a, b) for i, (a, b) in enumerate(zip((width, *units), units))]


def initial(key: jax.Array) -> Params:
    """The parameters of the model."""
    width, inner = peer.PATCH**2 * peer.CHANNELS * 5, peer.HEADS * peer.HEAD_DIM
    keys = iter(jax.random.split(key, 4 + 3 * peer.DEPTH))

    def block() -> Params:
        return {
            "norm1": norm(peer.DIM),
            "qkv": dense(next(keys), peer.DIM, 3 * inner),
            "temperature": jnp.array(peer.HEAD_DIM**0.5),
            "output": dense(next(keys), inner, peer.DIM),
            "norm2": norm(peer.DIM),
            "mlp": stack(next(keys), peer.DIM, peer.MLP_UNITS),
        }

    return {
        "tokens": {"norm": norm(width), "projection": dense(next(keys), width, peer.DIM)},
        "position": jax.random.uniform(next(keys), (peer.TOKENS, peer.DIM), minval=-0.05, maxval=0.05),
        "blocks": [block() for _ in range(peer.DEPTH)],
        "norm": norm(peer.DIM),
        "head": stack(next(keys), peer.TOKENS * peer.DIM, peer.HEAD_UNITS),
        "classifier": dense(next(keys), peer.HEAD_UNITS[-1], peer.CLASSES),
    }


def apply_dense(p: Params, x: jax.Array) -> jax.Array:
    # Flattened, so that XLA sees one matrix product, and one per gradient.
    return (x.reshape(-1, x.shape[-1]) @ p["w"]).reshape(*x.shape[:-1], -1) + p["b"]


def apply_norm(p: Params, x: jax.Array) -> jax.Array:
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + peer.EPSILON) * p["scale"] + p["offset"]


def gelu(x: jax.Array) -> jax.Array:
    """Exact, by erf: jax.nn.gelu computes erfc, which is slower."""
    return 0.5 * x * (1 + jax.lax.erf(x * 0.5**0.5))


def drop(key: jax.Array, rate: float, x: jax.Array) -> jax.Array:
    return x if rate == 0 else jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def apply_stack(layers: list[Params], x: jax.Array, key: jax.Array, rate: float) -> jax.Array:
    for i, layer in enumerate(layers):
        x = drop(jax.random.fold_in(key, i), rate, gelu(apply_dense(layer, x)))
    return x


def tokens(p: Params, images: jax.Array) -> jax.Array:
    half, side = peer.PATCH // 2, peer.SIZE // peer.PATCH
    padded = jnp.pad(images, ((0, 0), (half, half), (half, half), (0, 0)))
    starts = [(half, half)] + [(row, column) for column in (2 * half, 0) for row in (2 * half, 0)]
    views = jnp.concatenate([padded[:, r : r + peer.SIZE, c : c + peer.SIZE] for r, c in starts], axis=-1)
    patches = views.reshape(len(images), side, peer.PATCH, side, peer.PATCH, -1).transpose(0, 1, 3, 2, 4, 5)
    return apply_dense(p["projection"], apply_norm(p["norm"], patches.reshape(len(images), peer.TOKENS, -1)))


def attention(p: Params, x: jax.Array, key: jax.Array, rate: float) -> jax.Array:
    split = apply_dense(p["qkv"], x).reshape(*x.shape[:2], 3, peer.HEADS, peer.HEAD_DIM)
    # Move heads next to the batch: einsum over heads in the middle takes XLA twice as long on the CPU.
    q, k, v = split.transpose(2, 0, 3, 1, 4)
    scores = (q / p["temperature"]) @ k.swapaxes(-1, -2)
    scores = scores + jnp.where(jnp.eye(peer.TOKENS, dtype=bool), -1e9, 0)
    weights = drop(key, rate, jax.nn.softmax(scores))
    mixed = (weights @ v).transpose(0, 2, 1, 3)
    return apply_dense(p["output"], mixed.reshape(*x.shape[:2], -1))


def logits_of(p: Params, images: jax.Array, key: jax.Array, rates: peer.Rates) -> jax.Array:
    x = tokens(p["tokens"], images) + p["position"]
    for i, block in enumerate(p["blocks"]):
        first, second = jax.random.split(jax.random.fold_in(key, i))
        x = x + attention(block, apply_norm(block["norm1"], x), first, rates.attention)
        x = x + apply_stack(block["mlp"], apply_norm(block["norm2"], x), second, rates.mlp)
    first, second = jax.random.split(jax.random.fold_in(key, len(p["blocks"])))
    flat = drop(first, rates.head, apply_norm(p["norm"], x).reshape(len(images), -1))
    return apply_dense(p["classifier"], apply_stack(p["head"], flat, second, rates.head))


def main() -> None:
    args = peer.arguments(__doc__, ("jit",))
    rates = peer.Rates(args.dropout)
    optimizer = optax.adamw(peer.LEARNING_RATE, weight_decay=peer.WEIGHT_DECAY)
    images, labels = map(jnp.asarray, peer.batch(args.batch))

    def loss_of(params: Params, images: jax.Array, labels: jax.Array, key: jax.Array):
        logits = logits_of(params, images, key, rates)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean(), logits

    def train(params, state, images, labels, key):
        (loss, logits), gradients = jax.value_and_grad(loss_of, has_aux=True)(params, images, labels, key)
        updates, state = optimizer.update(gradients, state, params)
        right = jax.lax.top_k(logits, 5)[1] == labels[:, None]
        metrics = {"loss": loss, "top1": right[:, 0].sum(), "top5": right.sum()}
        return optax.apply_updates(params, updates), state, metrics

    compiled = jax.jit(train, donate_argnums=(0, 1))
    key = jax.random.key(0, impl="rbg")
    params = initial(jax.random.key(1))
    state = optimizer.init(params)
    calls = 0
    parameters = sum(leaf.size for leaf in jax.tree.leaves(params))

    def step() -> float:
        nonlocal params, state, calls
        params, state, metrics = compiled(params, state, images, labels, jax.random.fold_in(key, calls))
        calls += 1
        return {name: float(value) for name, value in jax.block_until_ready(metrics).items()}["loss"]

    peer.serve(args, step, parameters, {"jax": jax.__version__, "optax": optax.__version__})


if __name__ == "__main__":
    main()
