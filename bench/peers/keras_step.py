"""One training step of the SL-ViT of the Keras example in Keras 2.15, on the CPU.

It uses the same kinds of layers as the example (a subclass of MultiHeadAttention, extract_patches, AdamW of
tensorflow-addons). Augmentation is left out, as in the other peers. The function that `fit` calls for each batch is timed.
`graph` is how the example runs; `xla` compiles it with `jit_compile=True`. To run it alone:

    python keras_step.py --dropout --steps 10
"""

import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras as keras_package  # noqa: E402  (the variables above must be set first)
import peer  # noqa: E402
import tensorflow as tf  # noqa: E402
import tensorflow_addons as tfa  # noqa: E402
from tensorflow import keras  # noqa: E402
from tensorflow.keras import layers  # noqa: E402

# Cropped at the top and left, padded at the top and left, in half patches.
SHIFTS = [(1, 1, 0, 0), (0, 1, 1, 0), (1, 0, 0, 1), (0, 0, 1, 1)]


class ShiftedPatchTokenization(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.norm = layers.LayerNormalization(epsilon=peer.EPSILON)
        self.projection = layers.Dense(peer.DIM)

    def call(self, images):
        half = peer.PATCH // 2
        kept = peer.SIZE - half
        views = [images]
        for top, left, above, before in SHIFTS:
            crop = tf.image.crop_to_bounding_box(images, top * half, left * half, kept, kept)
            views.append(tf.image.pad_to_bounding_box(crop, above * half, before * half, peer.SIZE, peer.SIZE))
        window = [1, peer.PATCH, peer.PATCH, 1]
        patches = tf.image.extract_patches(tf.concat(views, axis=-1), window, window, [1, 1, 1, 1], "VALID")
        flat = tf.reshape(patches, [-1, peer.TOKENS, patches.shape[-1]])
        return self.projection(self.norm(flat))


class PatchEncoder(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.embedding = layers.Embedding(peer.TOKENS, peer.DIM)
        self.positions = tf.range(peer.TOKENS)

    def call(self, tokens):
        return tokens + self.embedding(self.positions)


class MultiHeadAttentionLSA(layers.MultiHeadAttention):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.tau = tf.Variable(math.sqrt(float(self._key_dim)), trainable=True)

    def _compute_attention(self, query, key, value, attention_mask=None, training=None):
        scores = tf.einsum(self._dot_product_equation, key, tf.multiply(query, 1.0 / self.tau))
        scores = self._masked_softmax(scores, attention_mask)
        dropped = self._dropout_layer(scores, training=training)
        return tf.einsum(self._combine_equation, dropped, value), scores


def mlp(x, units, rate):
    for count in units:
        x = layers.Dense(count, activation=tf.nn.gelu)(x)
        x = layers.Dropout(rate)(x)
    return x


def classifier(rates: peer.Rates) -> keras.Model:
    mask = tf.cast([1 - tf.eye(peer.TOKENS)], dtype=tf.int8)
    inputs = layers.Input((peer.SIZE, peer.SIZE, peer.CHANNELS))
    x = PatchEncoder()(ShiftedPatchTokenization()(inputs))
    for _ in range(peer.DEPTH):
        y = layers.LayerNormalization(epsilon=peer.EPSILON)(x)
        attention = MultiHeadAttentionLSA(num_heads=peer.HEADS, key_dim=peer.HEAD_DIM, dropout=rates.attention)
        x = layers.Add()([attention(y, y, attention_mask=mask), x])
        y = layers.LayerNormalization(epsilon=peer.EPSILON)(x)
        x = layers.Add()([mlp(y, peer.MLP_UNITS, rates.mlp), x])
    x = layers.Flatten()(layers.LayerNormalization(epsilon=peer.EPSILON)(x))
    x = mlp(layers.Dropout(rates.head)(x), peer.HEAD_UNITS, rates.head)
    return keras.Model(inputs, layers.Dense(peer.CLASSES)(x))


def main() -> None:
    args = peer.arguments(__doc__, ("graph", "xla"))
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    keras.utils.set_random_seed(0)
    model = classifier(peer.Rates(args.dropout))
    model.compile(
        optimizer=tfa.optimizers.AdamW(learning_rate=peer.LEARNING_RATE, weight_decay=peer.WEIGHT_DECAY),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[
            keras.metrics.SparseCategoricalAccuracy(name="accuracy"),
            keras.metrics.SparseTopKCategoricalAccuracy(5, name="top-5-accuracy"),
        ],
        jit_compile=args.variant == "xla",
    )
    batches = iter(tf.data.Dataset.from_tensors(peer.batch(args.batch)).repeat())
    train = model.make_train_function()

    def step() -> float:
        # Keras reports a running mean over the epoch. After a reset it is the loss of this batch.
        model.reset_metrics()
        return float(train(batches)["loss"])

    versions = {"keras": keras_package.__version__, "tensorflow": tf.__version__, "tensorflow-addons": tfa.__version__}
    peer.serve(args, step, model.count_params(), versions)


if __name__ == "__main__":
    main()
