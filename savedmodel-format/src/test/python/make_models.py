"""Makes src/test/resources/models with TensorFlow 2.18.0 and Keras 3: small SavedModels and TensorFlow's own answers.

Run from the module's folder: python src/test/python/make_models.py
"""

import json
import pathlib
import random
import shutil

import keras
import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path("src/test/resources/models")
random.seed(20261127)
tf.random.set_seed(20261127)
keras.utils.set_random_seed(20261127)


def vector(dtype, name):
    return tf.TensorSpec([None], dtype, name)


class Columns(tf.Module):
    """Raw columns with gaps, one of them text."""

    def __init__(self):
        self.weights = tf.Variable([0.7, -0.05, 1.5, -1.0], name="weights")
        self.codes = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(["AT", "DE", "FR"], tf.constant([0, 1, 2], tf.int64)), -1
        )

    @tf.function(input_signature=[vector(tf.float32, "amount"), vector(tf.float32, "age"), vector(tf.string, "country")])
    def score(self, amount, age, country):
        amount = tf.math.asinh(tf.clip_by_value(amount, -1e6, 1e6))
        age = tf.clip_by_value(tf.where(tf.math.is_nan(age), 40.0, age), -100.0, 100.0)
        code = tf.cast(self.codes.lookup(country), tf.float32)
        w = self.weights
        return {"probability": tf.sigmoid(w[0] * amount + w[1] * age + w[2] * code * 0.3 + w[3])}


class Loop(tf.Module):
    """A loop of the graph, whole numbers, doubles and texts."""

    def __init__(self):
        self.names = tf.constant(["even", "odd"])

    @tf.function(input_signature=[vector(tf.int64, "n"), vector(tf.float64, "x"), vector(tf.bool, "flag")])
    def run(self, n, x, flag):
        total = tf.zeros_like(x)
        i = tf.constant(0)
        while i < 5:
            total += x * tf.cast(i, tf.float64)
            i += 1
        total = tf.where(flag, -total, total)
        return {
            "total": total,
            "next": n + 1,
            "small": tf.cast(n % 7, tf.int32),
            "kind": tf.gather(self.names, n % 2),
            "pair": tf.stack([total, x], 1),
        }


class Reads(tf.Module):
    @tf.function(input_signature=[vector(tf.float32, "x")])
    def run(self, x):
        size = tf.cast(tf.strings.length(tf.io.read_file("/etc/hostname")), tf.float32)
        return {"y": x + size}


class Writes(tf.Module):
    """Hides it in a branch of a function."""

    @tf.function
    def write(self, x):
        tf.io.write_file("/tmp/written", "x")
        return x

    @tf.function(input_signature=[vector(tf.float32, "x")])
    def run(self, x):
        return {"y": tf.cond(tf.reduce_sum(x) > 0, lambda: self.write(x), lambda: x)}


class Vocabulary(tf.Module):
    def __init__(self, file):
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(
                file, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
            ),
            -1,
        )

    @tf.function(input_signature=[vector(tf.string, "word")])
    def run(self, word):
        return {"code": self.table.lookup(word)}


class Image(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, 4], tf.float32, "image")])
    def run(self, image):
        return {"y": tf.reduce_sum(image, [1, 2])}


def save(module, name, **signatures):
    tf.saved_model.save(module, str(FOLDER / name), signatures=signatures)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    expected = {"tensorflow": tf.__version__}

    columns = Columns()
    rows = [
        {
            "amount": round(random.uniform(-50, 50), 3),
            "age": None if random.random() < 0.1 else round(random.uniform(18, 80), 1),
            "country": random.choice(["AT", "DE", "FR", "XX", None]),
        }
        for _ in range(120)
    ]
    answer = columns.score(
        tf.constant([r["amount"] for r in rows], tf.float32),
        tf.constant([float("nan") if r["age"] is None else r["age"] for r in rows], tf.float32),
        tf.constant([r["country"] or "" for r in rows]),
    )
    save(columns, "columns", serving_default=columns.score)
    expected["columns"] = {"rows": rows, "probability": [float(v) for v in answer["probability"]]}

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3, activation="softmax")])
    matrix = [[round(random.uniform(-3, 3), 3) for _ in range(3)] for _ in range(30)]
    model.export(str(FOLDER / "keras"), verbose=False)
    expected["keras"] = {"rows": matrix, "output": model(np.array(matrix, np.float32)).numpy().astype(float).tolist()}

    loop = Loop()
    n = [random.randrange(1 << 60) for _ in range(20)]
    x = [round(random.uniform(-5, 5), 4) for _ in range(20)]
    flag = [random.random() < 0.5 for _ in range(20)]
    answer = loop.run(tf.constant(n, tf.int64), tf.constant(x, tf.float64), tf.constant(flag))
    save(loop, "loop", serving_default=loop.run)
    expected["loop"] = {
        "n": n,
        "x": x,
        "flag": flag,
        "total": answer["total"].numpy().tolist(),
        "next": answer["next"].numpy().tolist(),
        "small": answer["small"].numpy().tolist(),
        "kind": [k.decode() for k in answer["kind"].numpy()],
        "pair": answer["pair"].numpy().tolist(),
    }

    save(Reads(), "reads", serving_default=Reads().run)
    writes = Writes()
    save(writes, "writes", serving_default=writes.run)
    words = pathlib.Path("target/words.txt")
    words.parent.mkdir(exist_ok=True)
    words.write_text("a\nb\n")
    vocabulary = Vocabulary(str(words))
    save(vocabulary, "vocabulary", serving_default=vocabulary.run)
    image = Image()
    save(image, "image", serving_default=image.run)
    save(loop, "several", first=loop.run, second=loop.run)

    with open(FOLDER / "expected.json", "w") as out:
        json.dump(expected, out)
        out.write("\n")


main()
