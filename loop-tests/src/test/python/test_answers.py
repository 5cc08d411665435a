"""Models trained in Python on public data answer through Millrace as they do in Python; MILLRACE_TEST_DATA has the files."""

import os
import pathlib

import lightgbm
import mlflow
import numpy as np
import onnxruntime
import pandas as pd
import pytest
import requests
import xgboost
from endpoints import client_of, serve
from mlflow import MlflowClient
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROWS = 10_000
BATCH = 1_000
TOLERANCE = 1e-5
SEED = 7
WAYS = ["http-binary", "http-json", "grpc"]


def table(file, target, positive):
    data = pathlib.Path(os.environ["MILLRACE_TEST_DATA"])
    frame = pd.read_csv(data / file)
    y = (frame.pop(target) == positive).astype(int)
    return frame, y


@pytest.fixture(scope="module")
def credit():
    """23 numbers; a twentieth of the amounts is taken away, since the file has no gaps."""
    frame, y = table("credit-default.csv", "default.payment.next.month", 1)
    frame = frame.drop(columns="ID")
    gaps = np.random.default_rng(SEED).random(len(frame)) < 0.05
    frame["BILL_AMT1"] = frame["BILL_AMT1"].astype(float).mask(gaps)
    return frame, y


@pytest.fixture(scope="module")
def adult():
    """Six numbers and eight texts."""
    return table("adult-income.csv", "income", ">50K")


def texts(frame):
    return [column for column in frame if frame[column].dtype.kind not in "iuf"]


def numbers(frame):
    return [column for column in frame if frame[column].dtype.kind in "iuf"]


def categories(frame):
    return frame.astype({column: "category" for column in texts(frame)})


def registered(name, log, model, frame, answers):
    """Logs the model with its columns, as MLflow finds them, and registers it."""
    mlflow.set_experiment(name)
    with mlflow.start_run():
        # Without requirements MLflow would load the model once more, in another process, to find them out.
        log(
            model,
            name="model",
            signature=infer_signature(frame, answers),
            registered_model_name=name,
            pip_requirements=[],
        )


def inputs(triton, frame, binary):
    tensors = []
    for column in frame:
        kind = frame[column].dtype.kind
        datatype, dtype = {"i": ("INT64", np.int64), "f": ("FP64", np.float64)}.get(kind, ("BYTES", object))
        tensor = triton.InferInput(column, [len(frame)], datatype)
        options = {} if binary is None else {"binary_data": binary}
        tensor.set_data_from_numpy(frame[column].to_numpy(dtype=dtype), **options)
        tensors.append(tensor)
    return tensors


def matrix(triton, name, values, binary):
    tensor = triton.InferInput(name, list(values.shape), "FP32")
    options = {} if binary is None else {"binary_data": binary}
    tensor.set_data_from_numpy(values, **options)
    return [tensor]


def answered(way, serving, token, name, frame, output, tensors=inputs):
    """The output for all rows, in batches, by one way of Triton's clients."""
    protocol, _, form = way.partition("-")
    triton, client = client_of(protocol, serving)
    binary = {"": None, "binary": True, "json": False}[form]
    options = {"binary_data": binary} if protocol == "http" else {}
    parts = []
    for start in range(0, len(frame), BATCH):
        result = client.infer(
            name,
            tensors(triton, frame[start : start + BATCH], binary),
            outputs=[triton.InferRequestedOutput(output, **options)],
            headers={"authorization": f"Bearer {token}"},
        )
        parts.append(result.as_numpy(output))
    return np.concatenate(parts)


def agree(given, expected):
    assert given.shape == expected.shape
    np.testing.assert_allclose(given, expected, rtol=0, atol=TOLERANCE)
    # A model that says the same of every row would agree with anything like it.
    assert expected.std() > 0.05


def exported(frame, y, last, **options):
    """A scikit-learn pipeline over named columns, and its graph: a gap is filled, a text becomes a column for each."""
    prepare = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers(frame)),
            ("texts", OneHotEncoder(handle_unknown="ignore"), texts(frame)),
        ]
    )
    pipeline = make_pipeline(prepare, last).fit(frame, y)
    types = {"i": Int64TensorType, "f": FloatTensorType}
    initial = [(c, types.get(frame[c].dtype.kind, StringTensorType)([None, 1])) for c in frame]
    graph = to_onnx(pipeline, initial_types=initial, options={id(pipeline): options} if options else None)
    return pipeline, graph


@pytest.mark.parametrize("zipmap", [False, True])
def test_a_pipeline_with_texts_from_scikit_learn(name, serving, token, adult, zipmap):
    frame, y = adult
    pipeline, graph = exported(frame.astype({c: float for c in numbers(frame)}), y, LogisticRegression(max_iter=300), zipmap=zipmap)
    rows = frame[:ROWS].astype({c: float for c in numbers(frame)})
    expected = pipeline.predict_proba(rows)
    registered(name, mlflow.onnx.log_model, graph, rows, expected)
    serve(serving, token, name)
    output = "output_probability" if zipmap else "probabilities"

    for way in WAYS:
        agree(answered(way, serving, token, name, rows, output), expected)
        label = answered(way, serving, token, name, rows[:BATCH], "output_label" if zipmap else "label")
        assert label.tolist() == pipeline.predict(rows[:BATCH]).tolist()


def test_a_pipeline_over_one_matrix_from_scikit_learn(name, serving, token, credit):
    frame, y = credit
    forest = RandomForestClassifier(60, max_depth=8, random_state=SEED, n_jobs=2)
    pipeline = make_pipeline(SimpleImputer(strategy="median"), forest).fit(frame.to_numpy(), y)
    rows = frame[:ROWS]
    expected = pipeline.predict_proba(rows.to_numpy())
    graph = to_onnx(pipeline, frame[:1].to_numpy(dtype=np.float32), options={"zipmap": False})
    registered(name, mlflow.onnx.log_model, graph, rows, expected)
    serve(serving, token, name)

    for way in WAYS:
        agree(answered(way, serving, token, name, rows, "probabilities"), expected)


def test_a_graph_with_one_matrix_takes_a_matrix(name, serving, token, credit, tmp_path):
    frame, y = credit
    pipeline = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(frame.to_numpy(), y)
    rows = frame[:ROWS].to_numpy(dtype=np.float32)
    graph = to_onnx(pipeline, rows[:1], options={"zipmap": False}).SerializeToString()
    expected = onnxruntime.InferenceSession(graph).run(["probabilities"], {"X": rows})[0]
    np.testing.assert_allclose(expected, pipeline.predict_proba(frame[:ROWS].to_numpy()), atol=TOLERANCE)
    (tmp_path / "model.onnx").write_bytes(graph)
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name))
    client.log_artifacts(run.info.run_id, str(tmp_path), "model")
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run.info.run_id}/model", run.info.run_id)
    serve(serving, token, name)

    for way in WAYS:
        given = answered(
            way, serving, token, name, rows, "probabilities", lambda triton, part, binary: matrix(triton, "X", part, binary)
        )
        agree(given, expected)


def test_xgboost_over_numbers_with_gaps(name, serving, token, credit):
    frame, y = credit
    model = xgboost.XGBClassifier(n_estimators=120, max_depth=6, random_state=SEED, n_jobs=2).fit(frame, y)
    rows = frame[:ROWS]
    expected = model.predict_proba(rows)[:, 1]
    registered(name, mlflow.xgboost.log_model, model, rows, expected)
    serve(serving, token, name)

    for way in WAYS:
        agree(answered(way, serving, token, name, rows, "probability"), expected)


def test_xgboost_over_categories(name, serving, token, adult):
    frame, y = categories(adult[0]), adult[1]
    model = xgboost.XGBClassifier(n_estimators=120, enable_categorical=True, random_state=SEED, n_jobs=2).fit(frame, y)
    rows = frame[:ROWS]
    expected = model.predict_proba(rows)[:, 1]
    registered(name, mlflow.xgboost.log_model, model, adult[0][:ROWS], expected)
    serve(serving, token, name)

    for way in WAYS:
        agree(answered(way, serving, token, name, adult[0][:ROWS], "probability"), expected)


def test_lightgbm_over_numbers_with_gaps(name, serving, token, credit):
    frame, y = credit
    model = lightgbm.LGBMClassifier(n_estimators=120, random_state=SEED, n_jobs=2, verbose=-1).fit(frame, y)
    rows = frame[:ROWS]
    expected = model.predict_proba(rows)[:, 1]
    registered(name, mlflow.lightgbm.log_model, model.booster_, rows, expected)
    serve(serving, token, name)

    for way in WAYS:
        agree(answered(way, serving, token, name, rows, "probability"), expected)


def test_lightgbm_over_categories(name, serving, token, adult):
    frame, y = categories(adult[0]), adult[1]
    model = lightgbm.LGBMClassifier(n_estimators=120, random_state=SEED, n_jobs=2, verbose=-1).fit(frame, y)
    rows = frame[:ROWS]
    expected = model.predict_proba(rows)[:, 1]
    registered(name, mlflow.lightgbm.log_model, model.booster_, adult[0][:ROWS], expected)
    serve(serving, token, name)

    for way in WAYS:
        agree(answered(way, serving, token, name, adult[0][:ROWS], "probability"), expected)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_text_that_is_missing_is_missing(name, serving, token, adult, library):
    """The file's '?' as null, which tensors of texts cannot say in binary form: MLflow's call and the rows in JSON."""
    frame, y = adult[0].replace("?", None), adult[1]
    learned = categories(frame)
    if library == "xgboost":
        model = xgboost.XGBClassifier(n_estimators=60, enable_categorical=True, random_state=SEED).fit(learned, y)
        log, logged = mlflow.xgboost.log_model, model
    else:
        model = lightgbm.LGBMClassifier(n_estimators=60, random_state=SEED, verbose=-1).fit(learned, y)
        log, logged = mlflow.lightgbm.log_model, model.booster_
    rows = frame[:ROWS]
    expected = model.predict_proba(learned[:ROWS])[:, 1]
    assert rows.isna().to_numpy().sum() > 500
    registered(name, log, logged, frame, expected)
    serve(serving, token, name)

    given = []
    for start in range(0, ROWS, BATCH):
        part = rows[start : start + BATCH]
        data = [[None if pd.isna(value) else value for value in row] for row in part.to_numpy(dtype=object).tolist()]
        answer = requests.post(
            f"{serving}/endpoints/{name}/invocations",
            json={"dataframe_split": {"columns": list(part), "data": data}},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        given += [each["probability"] for each in answer.json()["predictions"]]
    agree(np.array(given), expected)
