"""Makes the graphs and answers under src/test/resources/models/onnx with scikit-learn and skl2onnx.

    python -m venv venv && venv/bin/pip install scikit-learn skl2onnx
    venv/bin/python make_onnx_trees.py ../resources/models/onnx

The answers in expected.json are scikit-learn's own. Data is made up, the seed is fixed.
"""

import json
import pathlib
import sys

import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier

ROWS = 300
SHOWN = 80
WIDTH = 6


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(11)
    x = random.normal(size=(ROWS, WIDTH)).astype(np.float32)
    x[:, 2] = random.integers(0, 4, ROWS)
    signal = x[:, 0] + x[:, 1] * x[:, 2] - np.abs(x[:, 3])
    yes = (signal > np.median(signal)).astype(np.int64)
    words = np.array(["low", "mid", "high"])[np.digitize(signal, np.quantile(signal, [0.3, 0.7]))]
    gaps = x.copy()
    gaps[random.random(x.shape) < 0.15] = np.nan
    state = {"random_state": 3}
    small = {"n_estimators": 12, "max_depth": 4, **state}
    cases = {
        "forest-binary": (RandomForestClassifier(**small), x, yes),
        "forest-words": (RandomForestClassifier(**small), x, words),
        "forest-number": (RandomForestRegressor(**small), x, signal),
        "extra-number": (ExtraTreesRegressor(**small), x, signal),
        "boosting-binary": (GradientBoostingClassifier(**small), x, yes),
        "histogram-binary": (HistGradientBoostingClassifier(max_iter=8, max_depth=4, **state), gaps, yes),
        "histogram-number": (HistGradientBoostingRegressor(max_iter=8, max_depth=4, **state), gaps, signal),
        "tree-words": (DecisionTreeClassifier(max_depth=4, **state), x, words),
    }
    expected = {}
    for name, (model, rows, target) in cases.items():
        model.fit(rows, target)
        classifier = hasattr(model, "predict_proba")
        graph = to_onnx(model, rows[:1], options={"zipmap": False} if classifier else None, target_opset={"": 18, "ai.onnx.ml": 3})
        (folder / f"{name}.onnx").write_bytes(graph.SerializeToString())
        shown = rows[:SHOWN]
        expected[name] = {
            "rows": [[None if np.isnan(v) else float(v) for v in row] for row in shown],
            "scores": (model.predict_proba(shown) if classifier else model.predict(shown)).reshape(-1).tolist(),
            "labels": [str(label) for label in model.predict(shown)] if classifier else [],
        }
    (folder / "expected.json").write_text(json.dumps(expected))


main(pathlib.Path(sys.argv[1]))
