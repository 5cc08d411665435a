"""Makes the models and answers under src/test/resources/models with the real libraries.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_fixtures.py ../resources/models

The answers in expected.json are those of the library that trained the model. Data is made up, the seed is fixed.
"""

import json
import pathlib
import sys

import lightgbm as lgb
import numpy as np
import pandas as pd
import sklearn
import xgboost as xgb
from sklearn.linear_model import LogisticRegression

ROWS = 120
SHOWN = 100
NAMES = ["amount", "age", "ratio", "visits", "score"]
COUNTRIES = ["AT", "DE", "FR", "IT", "US", "GB"]


def data():
    random = np.random.default_rng(7)
    x = random.normal(size=(ROWS, len(NAMES)))
    x[:, 0] = np.exp(x[:, 0] * 2)
    x[:, 3] = random.integers(0, 5, ROWS)
    signal = x[:, 0] / 10 + x[:, 1] - 0.5 * x[:, 2] + 0.2 * x[:, 3] + random.normal(size=ROWS) * 0.3
    for column in (1, 2):
        x[random.random(ROWS) < 0.12, column] = np.nan
    x[random.random(ROWS) < 0.2, 4] = 0.0
    frame = pd.DataFrame(x, columns=NAMES)
    country = random.choice(COUNTRIES, ROWS)
    frame["country"] = pd.Categorical(np.where(random.random(ROWS) < 0.1, None, country), categories=COUNTRIES)
    signal = signal + np.isin(country, ["FR", "US", "GB"]) * 1.5
    return frame, signal


def rows(frame):
    out = []
    for _, row in frame.head(SHOWN).iterrows():
        out.append({k: None if pd.isna(v) else v if isinstance(v, str) else float(v) for k, v in row.items()})
    return out


def numbers(answers):
    return np.asarray(answers, dtype=float).reshape(len(answers), -1)[:SHOWN].tolist()


def make_xgboost(folder, frame, signal):
    plain = frame[NAMES]
    yes = (signal > np.median(signal)).astype(int)
    three = np.digitize(signal, np.quantile(signal, [0.33, 0.66]))
    positive = np.exp(signal / 4)
    groups = [30, 30, 30, 30]
    base = {"max_depth": 3, "eta": 0.4, "nthread": 1, "seed": 1, "tree_method": "hist"}
    cases = {
        "binary-logistic": ({"objective": "binary:logistic"}, yes, plain),
        "binary-logistic-base": ({"objective": "binary:logistic", "base_score": 0.2}, yes, plain),
        "binary-logitraw": ({"objective": "binary:logitraw"}, yes, plain),
        "binary-hinge": ({"objective": "binary:hinge"}, yes, plain),
        "reg-logistic": ({"objective": "reg:logistic"}, yes, plain),
        "multi-softprob": ({"objective": "multi:softprob", "num_class": 3}, three, plain),
        "multi-softmax": ({"objective": "multi:softmax", "num_class": 3}, three, plain),
        "reg-squarederror": ({"objective": "reg:squarederror"}, signal, plain),
        "reg-squaredlogerror": ({"objective": "reg:squaredlogerror"}, positive, plain),
        "reg-absoluteerror": ({"objective": "reg:absoluteerror"}, signal, plain),
        "reg-pseudohubererror": ({"objective": "reg:pseudohubererror"}, signal, plain),
        "reg-quantileerror": ({"objective": "reg:quantileerror", "quantile_alpha": [0.2, 0.8]}, signal, plain),
        "reg-gamma": ({"objective": "reg:gamma"}, positive, plain),
        "reg-tweedie": ({"objective": "reg:tweedie"}, positive, plain),
        "count-poisson": ({"objective": "count:poisson"}, np.rint(positive * 3), plain),
        "survival-cox": ({"objective": "survival:cox"}, positive, plain),
        "survival-aft": ({"objective": "survival:aft"}, positive, plain),
        "rank-pairwise": ({"objective": "rank:pairwise"}, three, plain),
        "rank-ndcg": ({"objective": "rank:ndcg"}, three, plain),
        "rank-map": ({"objective": "rank:map"}, yes, plain),
        "dart": ({"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5}, yes, plain),
        "gblinear": ({"objective": "binary:logistic", "booster": "gblinear"}, yes, plain.fillna(0.0)),
        "parallel-trees": (
            {"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.7}, three, plain),
        "categorical": ({"objective": "binary:logistic", "max_cat_to_onehot": 2}, yes, frame),
        "categorical-onehot": ({"objective": "reg:squarederror", "max_cat_to_onehot": 50}, signal, frame),
        "multi-target": ({"objective": "reg:squarederror"}, np.stack([signal, -signal], axis=1), plain),
        "vector-leaf": (
            {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"},
            np.stack([signal, -signal], axis=1), plain),
    }
    expected = {}
    for name, (params, label, inputs) in cases.items():
        matrix = xgb.DMatrix(inputs, enable_categorical=True)
        if name == "survival-aft":
            matrix.set_float_info("label_lower_bound", label)
            matrix.set_float_info("label_upper_bound", label * 1.5)
        else:
            matrix.set_label(label)
        if name.startswith("rank"):
            matrix.set_group(groups)
        params = {**base, **params}
        if params.get("booster") == "gblinear":
            for key in ("max_depth", "tree_method"):
                params.pop(key)
        model = xgb.train(params, matrix, num_boost_round=6)
        model.save_model(folder / f"{name}.ubj")
        expected[name] = numbers(model.predict(matrix))
    for name in ("binary-logistic", "multi-softprob", "categorical"):
        xgb.Booster(model_file=folder / f"{name}.ubj").save_model(folder / f"{name}.json")
    model = xgb.XGBClassifier(n_estimators=40, early_stopping_rounds=2, learning_rate=0.9, max_depth=4, n_jobs=1)
    model.fit(plain.iloc[:60], yes[:60], eval_set=[(plain.iloc[60:], yes[60:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    model.save_model(folder / "early-stopping.ubj")
    expected["early-stopping"] = numbers(model.predict_proba(plain)[:, 1])
    unnamed = xgb.DMatrix(plain.to_numpy(), label=signal)
    model = xgb.train({**base, "objective": "reg:squarederror"}, unnamed, num_boost_round=3)
    model.save_model(folder / "unnamed.json")
    expected["unnamed"] = numbers(model.predict(unnamed))
    return {"library": f"xgboost {xgb.__version__}", "predictions": expected}


def make_lightgbm(folder, frame, signal):
    plain = frame[NAMES]
    yes = (signal > np.median(signal)).astype(int)
    three = np.digitize(signal, np.quantile(signal, [0.33, 0.66]))
    positive = np.exp(signal / 4)
    base = {"num_leaves": 6, "min_data_in_leaf": 5, "learning_rate": 0.3, "num_threads": 1, "seed": 1, "verbose": -1,
            "deterministic": True, "min_data_in_bin": 1, "cat_smooth": 1, "min_data_per_group": 5}
    bagged = {"bagging_freq": 1, "bagging_fraction": 0.6, "feature_fraction": 0.8}
    cases = {
        "binary": ({"objective": "binary"}, yes, plain),
        "binary-sigmoid": ({"objective": "binary", "sigmoid": 2.0}, yes, plain),
        "categorical": ({"objective": "binary"}, yes, frame),
        "categorical-onehot": ({"objective": "regression", "max_cat_to_onehot": 50}, signal, frame),
        "multiclass": ({"objective": "multiclass", "num_class": 3}, three, plain),
        "multiclassova": ({"objective": "multiclassova", "num_class": 3}, three, plain),
        "regression": ({"objective": "regression"}, signal, plain),
        "regression-sqrt": ({"objective": "regression", "reg_sqrt": True}, signal, plain),
        "regression-l1": ({"objective": "regression_l1"}, signal, plain),
        "huber": ({"objective": "huber"}, signal, plain),
        "fair": ({"objective": "fair"}, signal, plain),
        "quantile": ({"objective": "quantile", "alpha": 0.8}, signal, plain),
        "mape": ({"objective": "mape"}, positive, plain),
        "poisson": ({"objective": "poisson"}, np.rint(positive * 3), plain),
        "gamma": ({"objective": "gamma"}, positive, plain),
        "tweedie": ({"objective": "tweedie"}, positive, plain),
        "cross-entropy": ({"objective": "cross_entropy"}, yes, plain),
        "cross-entropy-lambda": ({"objective": "cross_entropy_lambda"}, yes, plain),
        "lambdarank": ({"objective": "lambdarank"}, three, plain),
        "rank-xendcg": ({"objective": "rank_xendcg"}, three, plain),
        "rf": ({"objective": "binary", "boosting": "rf", **bagged}, yes, plain),
        "rf-multiclass": ({"objective": "multiclass", "num_class": 3, "boosting": "rf", **bagged}, three, plain),
        "dart": ({"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, yes, plain),
        "zero-as-missing": ({"objective": "binary", "zero_as_missing": True}, yes, plain),
        "no-missing": ({"objective": "binary", "use_missing": False}, yes, plain),
        "linear-tree": ({"objective": "regression", "linear_tree": True}, signal, plain),
    }
    expected = {}
    for name, (params, label, inputs) in cases.items():
        group = [30, 30, 30, 30] if "rank" in name else None
        model = lgb.train({**base, **params}, lgb.Dataset(inputs, label=label, group=group), num_boost_round=6)
        model.save_model(folder / f"{name}.txt")
        expected[name] = numbers(model.predict(inputs))
    return {"library": f"lightgbm {lgb.__version__}", "predictions": expected}


def make_pmml(folder, frame, signal):
    """Logistic regression of scikit-learn; missing numbers are the median, an unknown country is none of the known ones."""
    yes = (signal > np.median(signal)).astype(int)
    medians = frame[NAMES].median()
    known = ["AT", "DE", "FR", "IT", "US"]
    inputs = frame[NAMES].fillna(medians)
    for country in known:
        inputs[country] = (frame["country"] == country).astype(float)
    model = LogisticRegression(C=1.0).fit(inputs, yes)
    terms = "".join(f'<NumericPredictor name="{n}" coefficient="{c!r}"/>' for n, c in zip(NAMES, model.coef_[0].tolist()))
    terms += "".join(
        f'<CategoricalPredictor name="country" value="{n}" coefficient="{c!r}"/>'
        for n, c in zip(known, model.coef_[0].tolist()[len(NAMES):]))
    fields = "".join(f'<DataField name="{n}" optype="continuous" dataType="double"/>' for n in NAMES)
    mining = "".join(f'<MiningField name="{n}" missingValueReplacement="{medians[n]!r}"/>' for n in NAMES)
    (folder / "logistic.pmml").write_text(f"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary>{fields}<DataField name="country" optype="categorical" dataType="string"/>
<DataField name="target" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
</DataDictionary>
<RegressionModel functionName="classification" normalizationMethod="logit"><MiningSchema>{mining}
<MiningField name="country" missingValueReplacement="none"/><MiningField name="target" usageType="target"/></MiningSchema>
<RegressionTable intercept="{model.intercept_[0].item()!r}" targetCategory="yes">{terms}</RegressionTable>
<RegressionTable intercept="0" targetCategory="no"/></RegressionModel></PMML>
""".replace("np.float64(", "").replace(')"', '"'))
    return {"library": f"scikit-learn {sklearn.__version__}", "predictions": {"logistic": numbers(model.predict_proba(inputs)[:, 1])}}


def main():
    root = pathlib.Path(sys.argv[1])
    frame, signal = data()
    (root / "rows.json").parent.mkdir(parents=True, exist_ok=True)
    (root / "rows.json").write_text(json.dumps(rows(frame), ensure_ascii=False))
    for name, make in (("xgboost", make_xgboost), ("lightgbm", make_lightgbm), ("pmml", make_pmml)):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "expected.json").write_text(json.dumps(make(folder, frame, signal)))


if __name__ == "__main__":
    main()
