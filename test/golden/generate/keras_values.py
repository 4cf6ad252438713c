"""Golden values from Keras 2 and tensorflow-addons, or from Keras 3, whichever is installed. Usage: python keras_values.py"""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import keras_model as km
import numpy as np
import tensorflow as tf
from fixture import nest, perturbed, write
from tensorflow.keras import layers

SMALL = {
    "size": 12, "patch": 4, "dim": 12, "depth": 2, "heads": 2, "headDim": 8, "mlp": [20, 12], "head": [16, 14], "classes": 10,
}  # fmt: skip
VERSION = keras.__version__
SOURCE = f"Keras {VERSION}, tensorflow {tf.__version__}"
NAME = f"keras{VERSION[0]}"

if NAME == "keras2":
    import tensorflow_addons as tfa
    from keras.src.engine.data_adapter import train_validation_split
    from keras.src.initializers.initializers import _compute_fans
else:
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split


def metadata(**more):
    return {"source": SOURCE, **{key: json.dumps(value) for key, value in more.items()}}


def read(leaf):
    variable, to_ours = leaf
    return to_ours(variable.numpy())


def perturb(rng, leaves):
    for variable, _ in leaves.values():
        variable.assign(perturbed(rng, variable.numpy()))


def gradients(tape, target, leaves, x=None):
    # A variable of Keras 3 wraps one of TensorFlow.
    variables = {path: variable.value if NAME == "keras3" else variable for path, (variable, _) in leaves.items()}
    sources = variables | ({} if x is None else {"": x})
    found = tape.gradient(target, sources)
    dense = {path: tf.convert_to_tensor(value).numpy() for path, value in found.items()}
    params = {f"gradients/{path}": to_ours(dense[path]) for path, (_, to_ours) in leaves.items()}
    return params | ({} if x is None else {"input-gradient": dense[""]})


def case(rng, call, leaves_of, shape, spread=1):
    """One layer: input, parameters, output, a random cotangent, and the gradients of <output, cotangent>."""
    x = tf.constant(spread * rng.standard_normal(shape), tf.float32)
    call(x)
    leaves = leaves_of()
    perturb(rng, leaves)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = call(x)
        cotangent = tf.constant(rng.standard_normal(y.shape), tf.float32)
        product = tf.reduce_sum(y * cotangent)
    return {
        "input": x,
        **{f"params/{path}": read(leaf) for path, leaf in leaves.items()},
        "output": y,
        "cotangent": cotangent,
        **gradients(tape, product, leaves, x),
    }


def layer_cases(rng):
    dense = layers.Dense(7)
    norm = layers.LayerNormalization(epsilon=km.EPSILON)
    encoder, mlp = km.PatchEncoder(5, 8), km.Mlp([16, 8])
    softmax, local = km.attention(2, 6, True), km.attention(2, 6, False)
    plain, shifted = km.ShiftedPatchTokenization(4, 8, True), km.ShiftedPatchTokenization(4, 8, False)
    tokens, images = (2, 5, 8), (2, 12, 12, 3)
    return {
        "dense": case(rng, dense, lambda: km.dense_leaves(dense), tokens),
        # Small, so that epsilon matters.
        "layer-norm": case(rng, norm, lambda: km.norm_leaves(norm), tokens, spread=0.01),
        "gelu": case(rng, tf.nn.gelu, dict, (40, 8), spread=3),
        "mlp": case(rng, mlp, mlp.leaves, tokens),
        "patch-encoder": case(rng, encoder, encoder.leaves, tokens),
        "attention": case(rng, lambda x: km.attend(softmax, x), lambda: km.attention_leaves(softmax), tokens),
        "locality-attention": case(rng, lambda x: km.attend(local, x), lambda: km.attention_leaves(local), tokens),
        "patch-tokens": case(rng, plain, plain.leaves, images),
        "shifted-patch-tokens": case(rng, shifted, shifted.leaves, images),
    } | {f"shift-{name}": case(rng, lambda x, name=name: km.shift(x, name, 2), dict, (2, 8, 8, 2)) for name in km.SHIFTS}


def in_groups(cases):
    return {f"{name}/{key}": value for name, group in cases.items() for key, value in group.items()}


def batches(rng, steps):
    size, classes = SMALL["size"], SMALL["classes"]
    images = rng.standard_normal((steps, 4, size, size, 3)).astype(np.float32)
    return images, rng.integers(0, classes, (steps, 4), dtype=np.int32)


LOSS = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def models(rng):
    """Logits, loss and all gradients of both whole models."""
    images, labels = batches(rng, 1)
    tensors = {"images": images[0], "labels": labels[0]}
    for name, vanilla in [("vanilla", True), ("sl", False)]:
        model, leaves = km.vit(SMALL, vanilla)
        perturb(rng, leaves)
        x = tf.constant(images[0])
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = model(x, training=True)
            loss = LOSS(labels[0], logits)
        tensors |= nest(name, {f"params/{path}": read(leaf) for path, leaf in leaves.items()})
        tensors |= nest(name, {"logits": logits, "loss": loss, **gradients(tape, loss, leaves, x)})
    return tensors


def weights(rng):
    """Both whole models as users have them: the trainable variables in the order of Keras, and the resulting logits."""
    images = batches(rng, 1)[0][0]
    tensors = {"images": images}
    for name, vanilla in [("vanilla", True), ("sl", False)]:
        model, leaves = km.vit(SMALL, vanilla)
        perturb(rng, leaves)
        values = {f"weights/{i}": variable.numpy() for i, variable in enumerate(model.trainable_variables)}
        tensors |= nest(name, {**values, "logits": model(images, training=False)})
    return tensors


OPTIMIZERS = {
    "keras": lambda: tf.keras.optimizers.AdamW(learning_rate=1e-3, weight_decay=0.5),
}
if NAME == "keras2":
    # As in the Keras example, but with a weight decay that is visible after ten steps.
    OPTIMIZERS["addons"] = lambda: tfa.optimizers.AdamW(learning_rate=1e-3, weight_decay=1e-3)


def training(rng, steps=10, kept=(1, 5, 10)):
    """Parameters and losses of the SL model after some steps of train_on_batch."""
    images, labels = batches(rng, steps)
    tensors = {"images": images, "labels": labels}
    model, leaves = km.vit(SMALL, vanilla=False)
    perturb(rng, leaves)
    start = model.get_weights()
    tensors |= {f"start/{path}": read(leaf) for path, leaf in leaves.items()}
    for name, optimizer in OPTIMIZERS.items():
        model.set_weights(start)
        model.compile(optimizer=optimizer(), loss=LOSS)
        losses = []
        for step in range(steps):
            losses.append(model.train_on_batch(images[step], labels[step]))
            if step + 1 in kept:
                tensors |= {f"{name}/{step + 1}/{path}": read(leaf) for path, leaf in leaves.items()}
        tensors[f"{name}/losses"] = np.float32(losses)
    return tensors


def updates(rng, steps=10):
    """The optimizers alone, on given gradients of very different magnitudes: parameters after every step."""
    sizes = np.logspace(-9, 1, 32)
    given = (rng.standard_normal((steps, 32)) * sizes).astype(np.float32)
    start = rng.standard_normal(32).astype(np.float32)
    tensors = {"start": start, "gradients": given}
    for name, make in OPTIMIZERS.items():
        variable, optimizer, path = tf.Variable(start), make(), []
        for gradient in given:
            optimizer.apply_gradients([(tf.constant(gradient), variable)])
            path.append(variable.numpy())
        tensors[name] = np.stack(path)
    return tensors


def augmentation(rng):
    """The output of the preprocessing layers at fixed parameters: a range of a single value removes the randomness."""
    photos = rng.integers(0, 256, (40, 12, 10, 3), dtype=np.uint8)
    # Channels of different brightness and contrast, as in photographs.
    photos = (photos * np.array([0.9, 0.5, 0.3]) + np.array([20, 60, 1])).astype(np.uint8)
    normalization = layers.Normalization()
    normalization.adapt(photos)
    image = rng.integers(0, 256, (1, 32, 32, 3)).astype(np.float32)
    oblong = rng.standard_normal((1, 14, 18, 2)).astype(np.float32)
    tensors = {
        "photos": photos.astype(np.int32),
        "mean": tf.reshape(normalization.mean, [-1]),
        "deviation": tf.sqrt(tf.reshape(normalization.variance, [-1])),
        "exact-mean": np.mean(photos, axis=(0, 1, 2), dtype=np.float64),
        "exact-deviation": np.std(photos, axis=(0, 1, 2), dtype=np.float64),
        "normalized": normalization(photos[:2]),
        "image": image,
        "resized": layers.Resizing(72, 72)(image),
        "oblong": oblong,
        "shrunk": layers.Resizing(9, 25)(oblong),
        "flipped": tf.image.flip_left_right(oblong),
    }
    factors = [0.02, -0.013, 0.11, 0.4]
    for i, factor in enumerate(factors):
        tensors[f"rotated/{i}"] = layers.RandomRotation((factor, factor))(oblong, training=True)
    zooms = [(0.2, -0.2), (-0.2, 0.13), (0.05, 0.05), (0.9, 0.7)]
    for i, (height, width) in enumerate(zooms):
        tensors[f"zoomed/{i}"] = layers.RandomZoom((height, height), (width, width))(oblong, training=True)
    return tensors, metadata(rotations=factors, zooms=zooms)


class WarmUpCosine(tf.keras.optimizers.schedules.LearningRateSchedule):
    """The schedule of the Keras example."""

    def __init__(self, base, total, warm_up, start):
        self.base, self.total, self.warm_up, self.start = base, total, warm_up, start
        self.pi = tf.constant(np.pi)

    def __call__(self, step):
        if self.total < self.warm_up:
            raise ValueError("total steps")
        cosine = tf.cos(self.pi * (tf.cast(step, tf.float32) - self.warm_up) / float(self.total - self.warm_up))
        rate = 0.5 * self.base * (1 + cosine)
        if self.warm_up > 0:
            if self.base < self.start:
                raise ValueError("base rate")
            slope = (self.base - self.start) / self.warm_up
            rate = tf.where(step < self.warm_up, slope * tf.cast(step, tf.float32) + self.start, rate)
        return tf.where(step > self.total, 0.0, rate)


def rules(rng):
    """The schedule, top-k accuracy and the validation split."""
    schedules = [
        # base, total, warm-up, initial rate; then the compared steps
        ((1e-3, 97, 9, 0.0), range(100)),
        ((1e-3, 97, 9, 1e-4), range(100)),
        ((3e-3, 40, 0, 0.0), range(43)),
        ((1e-3, 9765, 976, 0.0), range(0, 9771, 55)),
    ]
    tensors = {}
    for i, (options, steps) in enumerate(schedules):
        schedule = WarmUpCosine(*options)
        tensors[f"schedule/{i}/steps"] = np.int32(list(steps))
        tensors[f"schedule/{i}/rates"] = np.float32([schedule(step).numpy() for step in steps])
    refused = []
    for options in [(1e-3, 10, 11, 0.0), (1e-3, 10, 10, 0.0), (1e-3, 10, 2, 2e-3), (1e-3, 10, 0, 2e-3), (1e-3, 10, 2, 1e-3)]:
        try:
            WarmUpCosine(*options)(0)
            refused.append((options, False))
        except ValueError:
            refused.append((options, True))

    # Small integers, so that many logits are equal.
    logits = rng.integers(-3, 4, (200, 9)).astype(np.float32)
    logits[190] = np.nan
    for i in range(4):
        # In varying columns, so that it is not always that of the label.
        logits[191 + i, i] = np.inf
        logits[195 + i, i] = -np.inf
    labels = rng.integers(0, 9, 200, dtype=np.int32)
    tensors |= {"top-k/logits": logits, "top-k/labels": labels}
    for k in [1, 2, 5, 9]:
        tensors[f"top-k/{k}"] = np.float32(tf.keras.metrics.sparse_top_k_categorical_accuracy(labels, logits, k))
    tensors["top-k/first-best"] = np.float32(tf.keras.metrics.sparse_categorical_accuracy(labels, logits))

    counts = [50000, 6000, 60000, 10, 11, 13, 19, 99, 101, 256, 1001, 49999]
    fractions = [0.1, 0.2, 0.25, 0.3, 0.05, 1 / 3]
    splits = [[train_validation_split(np.arange(n), f)[0].shape[0] for f in fractions] for n in counts]
    tensors |= {"split/counts": np.int32(counts), "split/train": np.int32(splits)}
    return tensors, metadata(schedules=[options for options, _ in schedules], refused=refused, fractions=fractions)


def limit(path, variable):
    """The bound of the random values of Keras, from its own fans; 0 for constants."""
    if path.endswith("weight"):
        return (6 / sum(_compute_fans(variable.shape))) ** 0.5
    return tf.keras.initializers.RandomUniform().maxval if path.endswith("table") else 0


def initial(repetitions=60):
    """Mean, variance, minimum, maximum and bound of each leaf over many models initialized by Keras."""
    samples, limits = {}, {}
    for seed in range(repetitions):
        tf.keras.backend.clear_session()
        tf.keras.utils.set_random_seed(seed)
        _, leaves = km.vit({**SMALL, "depth": 1}, vanilla=False)
        for path, leaf in leaves.items():
            samples.setdefault(path, []).append(read(leaf).astype(np.float64))
            limits[path] = limit(path, leaf[0])
    return {
        path: np.float32([np.mean(drawn), np.var(drawn), np.min(drawn), np.max(drawn), limits[path]])
        for path, drawn in samples.items()
    }


if __name__ == "__main__":
    tf.keras.utils.set_random_seed(20220107)
    write(f"{NAME}-layers", in_groups(layer_cases(np.random.default_rng(1))), metadata())
    write(f"{NAME}-models", models(np.random.default_rng(2)), metadata(config=SMALL))
    write(f"{NAME}-weights", weights(np.random.default_rng(7)), metadata(config=SMALL))
    optimizers = {"keras": SOURCE} | ({"addons": f"tensorflow-addons {tfa.__version__}"} if NAME == "keras2" else {})
    write(f"{NAME}-training", training(np.random.default_rng(3)), metadata(config=SMALL, **optimizers))
    write(f"{NAME}-updates", updates(np.random.default_rng(4)), metadata(**optimizers))
    write(f"{NAME}-augmentation", *augmentation(np.random.default_rng(5)))
    write(f"{NAME}-rules", *rules(np.random.default_rng(6)))
    if NAME == "keras2":
        # Keras 3 initializes attention differently: see docs/fidelity.md.
        write(f"{NAME}-initial", initial(), metadata(config={**SMALL, "depth": 1}))
