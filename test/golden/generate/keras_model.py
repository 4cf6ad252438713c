"""The layers of the Keras example "Train a Vision Transformer on small datasets", implemented with tf.keras layers.

Every function that makes a layer has one beside it that lists the layer's variables under the paths and in the layouts of the
project's own parameter trees: `{path: (variable, to_our_layout)}`. Values and gradients both go through it.
"""

import math

import tensorflow as tf
from fixture import identity, nest
from tensorflow.keras import layers

EPSILON = 1e-6


def dense_leaves(layer):
    return {"weight": (layer.kernel, identity), "bias": (layer.bias, identity)}


def norm_leaves(layer):
    return {"scale": (layer.gamma, identity), "offset": (layer.beta, identity)}


SHIFTS = {
    # name: (rows cropped at the top, columns cropped at the left, rows padded at the top, columns padded at the left), in half patches
    "left-up": (1, 1, 0, 0),
    "left-down": (0, 1, 1, 0),
    "right-up": (1, 0, 0, 1),
    "right-down": (0, 0, 1, 1),
}


def shift(images, name, pixels):
    size = images.shape[1]
    top, left, above, before = (n * pixels for n in SHIFTS[name])
    cropped = tf.image.crop_to_bounding_box(images, top, left, size - pixels, size - pixels)
    return tf.image.pad_to_bounding_box(cropped, above, before, size, size)


class ShiftedPatchTokenization(layers.Layer):
    def __init__(self, patch, dim, vanilla, **kwargs):
        super().__init__(**kwargs)
        self.patch, self.vanilla = patch, vanilla
        self.projection = layers.Dense(dim)
        self.norm = None if vanilla else layers.LayerNormalization(epsilon=EPSILON)

    def call(self, images):
        if not self.vanilla:
            images = tf.concat([images] + [shift(images, name, self.patch // 2) for name in SHIFTS], axis=-1)
        window = [1, self.patch, self.patch, 1]
        patches = tf.image.extract_patches(images, window, window, [1, 1, 1, 1], "VALID")
        flat = tf.reshape(patches, [-1, patches.shape[1] * patches.shape[2], patches.shape[3]])
        return self.projection(flat if self.vanilla else self.norm(flat))

    def leaves(self):
        norm = {} if self.vanilla else nest("norm", norm_leaves(self.norm))
        return {**norm, **nest("projection", dense_leaves(self.projection))}


class PatchEncoder(layers.Layer):
    def __init__(self, tokens, dim, **kwargs):
        super().__init__(**kwargs)
        self.embedding = layers.Embedding(tokens, dim)
        self.positions = tf.range(tokens)

    def call(self, tokens):
        return tokens + self.embedding(self.positions)

    def leaves(self):
        return {"table": (self.embedding.embeddings, identity)}


class LocalityAttention(layers.MultiHeadAttention):
    """One trainable temperature per layer. Its initial value is the square root of the width of a head."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        start = tf.keras.initializers.Constant(math.sqrt(float(self._key_dim)))
        self.tau = self.add_weight(name="tau", shape=(), initializer=start)

    # Newer versions of Keras pass more arguments than the published code accepts.
    def _compute_attention(self, query, key, value, attention_mask=None, training=None, return_attention_scores=False):
        scores = tf.einsum(self._dot_product_equation, key, query * (1.0 / self.tau))
        weights = self._masked_softmax(scores, attention_mask)
        dropped = self._dropout_layer(weights, training=training)
        return tf.einsum(self._combine_equation, dropped, value), weights


def off_diagonal(tokens):
    return tf.cast([1 - tf.eye(tokens)], tf.int8)


def attention(heads, head_dim, vanilla, dropout=0.0):
    kind = layers.MultiHeadAttention if vanilla else LocalityAttention
    return kind(num_heads=heads, key_dim=head_dim, dropout=dropout)


def attend(layer, x):
    return layer(x, x, attention_mask=off_diagonal(x.shape[1])) if isinstance(layer, LocalityAttention) else layer(x, x)


def attention_leaves(layer):
    def joined(kernel):
        return kernel.reshape(kernel.shape[0], -1)

    leaves = {}
    for name in ["query", "key", "value"]:
        part = getattr(layer, f"_{name}_dense")
        leaves[f"{name}/weight"] = (part.kernel, joined)
        leaves[f"{name}/bias"] = (part.bias, lambda bias: bias.reshape(-1))
    leaves["output/weight"] = (layer._output_dense.kernel, lambda kernel: kernel.reshape(-1, kernel.shape[-1]))
    leaves["output/bias"] = (layer._output_dense.bias, identity)
    if isinstance(layer, LocalityAttention):
        leaves["temperature"] = (layer.tau, identity)
    return leaves


class Mlp(layers.Layer):
    """GELU after every dense layer, including the last. Dropout is off in all comparisons."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.parts = [layers.Dense(count, activation=tf.nn.gelu) for count in units]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x

    def leaves(self):
        return {p: leaf for i, part in enumerate(self.parts) for p, leaf in nest(f"{i}/dense", dense_leaves(part)).items()}


def vit(config, vanilla):
    """The whole classifier without augmentation, and its leaves."""
    size, patch, dim = config["size"], config["patch"], config["dim"]
    tokens = (size // patch) ** 2
    parts = {}

    def part(path, layer, leaves):
        parts[path] = (layer, leaves)
        return layer

    def norm(path):
        return part(path, layers.LayerNormalization(epsilon=EPSILON), norm_leaves)

    def own(path, layer):
        return part(path, layer, lambda made: made.leaves())

    inputs = layers.Input((size, size, 3))
    x = own("tokens", ShiftedPatchTokenization(patch, dim, vanilla))(inputs)
    x = own("position", PatchEncoder(tokens, dim))(x)
    for i in range(config["depth"]):
        name = f"blocks/{i}"
        y = norm(f"{name}/attention/norm")(x)
        heads = part(f"{name}/attention", attention(config["heads"], config["headDim"], vanilla), attention_leaves)
        x = layers.Add()([attend(heads, y), x])
        y = norm(f"{name}/mlp/norm")(x)
        x = layers.Add()([own(f"{name}/mlp/layers", Mlp(config["mlp"]))(y), x])
    x = layers.Flatten()(norm("norm")(x))
    x = own("head", Mlp(config["head"]))(x)
    logits = part("classifier", layers.Dense(config["classes"]), dense_leaves)(x)
    model = tf.keras.Model(inputs, logits)
    leaves = {p: leaf for path, (layer, of) in parts.items() for p, leaf in nest(path, of(layer)).items()}
    assert len(leaves) == len(model.trainable_variables), "every variable has a path"
    return model, leaves
