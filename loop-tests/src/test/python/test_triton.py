"""What a client of Triton does over HTTP and gRPC, against a running platform: tritonclient as it is on PyPI."""

import hashlib
import json
import math

import numpy as np
import pytest
from endpoints import client_of, serve
from mlflow import MlflowClient
from tritonclient.utils import InferenceServerException

ROWS = 4
# A tensor of every type that the check asks for, and what the trees below make of each row.
AMOUNT = np.array([0.1, 0.9, 0.1, 0.9], dtype=np.float32)
RATIO = np.array([0.2, 0.2, 0.8, 0.8], dtype=np.float64)
VISITS = np.array([1, 9, 1, 9], dtype=np.int64)
MEMBER = np.array([True, False, True, False], dtype=np.bool_)
COUNTRY = np.array(["AT", "DE", "DE", "US"], dtype=object)
TYPES = {"amount": "FP32", "ratio": "FP64", "visits": "INT64", "member": "BOOL", "country": "BYTES"}

TREE = """Tree={index}
num_leaves=2
num_cat=0
split_feature={feature}
threshold={threshold}
decision_type=2
left_child=-1
right_child=-2
leaf_value={left} {right}
is_linear=0
shrinkage=1

"""
CATEGORY_TREE = """Tree={index}
num_leaves=2
num_cat=1
split_feature={feature}
threshold=0
decision_type=1
left_child=-1
right_child=-2
leaf_value={left} {right}
cat_boundaries=0 1
cat_threshold={bits}
is_linear=0
shrinkage=1

"""


def lightgbm_text():
    """One stump for each column: at most 0.5 (5 visits, false; AT or DE) says the left value, else the right one."""
    trees = [
        TREE.format(index=0, feature=0, threshold=0.5, left=-1.0, right=1.0),
        TREE.format(index=1, feature=1, threshold=0.5, left=-0.5, right=0.5),
        TREE.format(index=2, feature=2, threshold=5.0, left=-0.25, right=0.25),
        TREE.format(index=3, feature=3, threshold=0.5, left=-0.125, right=0.125),
        CATEGORY_TREE.format(index=4, feature=4, bits=0b011, left=-0.0625, right=0.0625),
    ]
    return (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=4\n"
        "objective=binary sigmoid:1\nfeature_names=amount ratio visits member country\n"
        "feature_infos=[0:1] [0:1] [0:10] [0:1] 0:1:2\n\n"
        + "".join(trees)
        + "end of trees\n\nparameters:\n[categorical_feature: 4]\nend of parameters\n\n"
        + 'pandas_categorical:[["AT", "DE", "US"]]\n'
    )


def expected():
    margin = (
        np.where(AMOUNT <= 0.5, -1.0, 1.0)
        + np.where(RATIO <= 0.5, -0.5, 0.5)
        + np.where(VISITS <= 5, -0.25, 0.25)
        + np.where(MEMBER, 0.125, -0.125)
        + np.where(COUNTRY == "US", 0.0625, -0.0625)
    )
    return 1 / (1 + np.exp(-margin))


def column(name, kind):
    return {"name": name, "type": kind, "nullable": False, "categories": ["AT", "DE", "US"] if kind == "STRING" else []}


def descriptor(text):
    inputs = {"amount": "FLOAT64", "ratio": "FLOAT64", "visits": "INT64", "member": "BOOL", "country": "STRING"}
    return {
        "format": "lightgbm",
        "formatVersion": 1,
        "signature": {
            "task": "BINARY",
            "inputs": [column(name, kind) for name, kind in inputs.items()],
            "outputs": [
                {"name": "probability", "type": "FLOAT64", "width": 1},
                {"name": "label", "type": "STRING", "width": 1},
            ],
            "classes": ["no", "yes"],
        },
        "digests": {"model.txt": hashlib.sha256(text.encode()).hexdigest()},
    }


@pytest.fixture
def model(name, serving, token, tmp_path):
    """A served model with a column of every type."""
    folder = tmp_path / "model"
    folder.mkdir()
    text = lightgbm_text()
    (folder / "model.txt").write_text(text)
    (folder / "model.json").write_text(json.dumps(descriptor(text)))
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name))
    client.log_artifacts(run.info.run_id, str(folder), "model")
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run.info.run_id}/model", run.info.run_id)
    serve(serving, token, name, decision={"threshold": 0.5, "positive": "BLOCK", "negative": "PASS"})
    return name


def inputs(triton, **kwargs):
    tensors = []
    values = {"amount": AMOUNT, "ratio": RATIO, "visits": VISITS, "member": MEMBER, "country": COUNTRY}
    for name, datatype in TYPES.items():
        tensor = triton.InferInput(name, [ROWS], datatype)
        tensor.set_data_from_numpy(values[name], **kwargs)
        tensors.append(tensor)
    return tensors


def check(result):
    np.testing.assert_allclose(result.as_numpy("probability"), expected(), atol=1e-9)
    label = ["yes" if p >= 0.5 else "no" for p in expected()]
    assert [value.decode() if isinstance(value, bytes) else value for value in result.as_numpy("label")] == label
    decision = ["BLOCK" if p >= 0.5 else "PASS" for p in expected()]
    assert [value.decode() if isinstance(value, bytes) else value for value in result.as_numpy("decision")] == decision


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_health_and_metadata(protocol, serving, model, headers):
    _, client = client_of(protocol, serving)

    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(model, headers=headers)
    assert client.is_model_ready(model, "1", headers=headers)
    # gRPC's client raises where HTTP's says no.
    try:
        assert not client.is_model_ready("no-such-model", headers=headers)
    except InferenceServerException as e:
        assert "NOT_FOUND" in str(e.status())
    if protocol == "http":
        server = client.get_server_metadata(headers=headers)
        told = client.get_model_metadata(model, headers=headers)
    else:
        server = client.get_server_metadata(headers=headers, as_json=True)
        told = client.get_model_metadata(model, headers=headers, as_json=True)
    assert "binary_tensor_data" in server["extensions"]
    assert told["versions"] == ["1"]
    assert {tensor["name"]: tensor["datatype"] for tensor in told["inputs"]} == {
        "amount": "FP64",
        "ratio": "FP64",
        "visits": "INT64",
        "member": "BOOL",
        "country": "BYTES",
    }


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_infers_over_http(serving, model, headers, binary_in, binary_out):
    triton, client = client_of("http", serving)
    outputs = [
        triton.InferRequestedOutput(name, binary_data=binary_out) for name in ("probability", "label", "decision")
    ]

    result = client.infer(model, inputs(triton, binary_data=binary_in), outputs=outputs, request_id="7", headers=headers)

    check(result)
    response = result.get_response()
    assert response["id"] == "7"
    assert response["model_version"] == "1"


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_infers_over_http_compressed(serving, model, headers, algorithm):
    triton, client = client_of("http", serving)

    check(
        client.infer(
            model,
            inputs(triton),
            headers=headers,
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
    )


def test_infers_over_grpc(serving, model, headers):
    triton, client = client_of("grpc", serving)

    result = client.infer(model, inputs(triton), model_version="1", request_id="7", headers=headers)

    check(result)
    assert result.get_response().id == "7"
    assert result.get_response().model_version == "1"


def test_infers_over_grpc_in_a_stream(serving, model, headers):
    triton, client = client_of("grpc", serving)
    results = []

    client.start_stream(callback=lambda result, error: results.append((result, error)), headers=headers)
    for _ in range(3):
        client.async_stream_infer(model, inputs(triton))
    client.stop_stream()

    assert len(results) == 3
    for result, error in results:
        assert error is None
        check(result)


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_says_what_is_wrong(protocol, serving, model, headers):
    triton, client = client_of(protocol, serving)
    wrong = triton.InferInput("amount", [ROWS], "FP32")
    wrong.set_data_from_numpy(np.array([math.inf] * ROWS, dtype=np.float32))

    with pytest.raises(InferenceServerException, match="ratio|amount"):
        client.infer(model, [wrong], headers=headers)
    with pytest.raises(InferenceServerException, match="no-such-model"):
        client.infer("no-such-model", inputs(triton), headers=headers)
    with pytest.raises(InferenceServerException):
        client.infer(model, inputs(triton))


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_counts_and_lists_and_loads(protocol, serving, model, headers):
    triton, client = client_of(protocol, serving)
    client.infer(model, inputs(triton), headers=headers)

    options = {"headers": headers} if protocol == "http" else {"headers": headers, "as_json": True}
    statistics = client.get_inference_statistics(model, **options)["model_stats"][0]
    assert int(statistics["inference_count"]) == ROWS
    assert int(statistics["execution_count"]) == 1
    index = client.get_model_repository_index(**options)
    models = index if protocol == "http" else index["models"]
    assert any(each["name"] == model and each["state"] == "READY" for each in models)
    client.unload_model(model, headers=headers)
    with pytest.raises(InferenceServerException):
        client.infer(model, inputs(triton), headers=headers)
    client.load_model(model, headers=headers)
    check(client.infer(model, inputs(triton), headers=headers))


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_tells_its_configuration(protocol, serving, model, headers):
    _, client = client_of(protocol, serving)

    if protocol == "http":
        config = client.get_model_config(model, "1", headers=headers)
    else:
        config = client.get_model_config(model, "1", headers=headers, as_json=True)["config"]

    types = {tensor["name"]: tensor["data_type"] for tensor in config["input"]}
    assert types["amount"] == "TYPE_FP64" and types["visits"] == "TYPE_INT64" and types["country"] == "TYPE_STRING"
    assert [int(size) for size in config["input"][0]["dims"]] == [-1]
    assert [tensor["name"] for tensor in config["output"]] == ["probability", "label", "decision"]
    assert config["parameters"]["max_rows"]["string_value"] == "1000"


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_says_what_it_does_not_do(protocol, serving, headers):
    _, client = client_of(protocol, serving)

    for ask in (
        lambda: client.get_system_shared_memory_status(headers=headers),
        lambda: client.register_system_shared_memory("region", "/key", 64, headers=headers),
        lambda: client.unregister_cuda_shared_memory(headers=headers),
        lambda: client.get_trace_settings(headers=headers),
        lambda: client.update_log_settings({"log_verbose_level": 1}, headers=headers),
    ):
        with pytest.raises(InferenceServerException, match="not supported"):
            ask()
