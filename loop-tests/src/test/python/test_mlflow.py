"""What a data scientist does with MLflow's Python client, against a running registry."""

import json
import math
import threading

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException, RestException
from mlflow.models import infer_signature
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


@pytest.fixture(scope="module")
def iris():
    data = load_iris(as_frame=True)
    return data.data, data.target


def fitted(iris, **options):
    return LogisticRegression(max_iter=500, **options).fit(*iris)


def test_autologging_keeps_parameters_metrics_and_the_model(name, iris):
    mlflow.set_experiment(name)
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run(run_name="autologged") as run:
            fitted(iris, C=0.5)
    finally:
        mlflow.sklearn.autolog(disable=True)

    stored = mlflow.get_run(run.info.run_id)
    assert stored.info.status == "FINISHED"
    assert stored.info.run_name == "autologged"
    assert stored.data.params["C"] == "0.5"
    assert stored.data.metrics["training_accuracy_score"] > 0.9
    assert stored.data.tags["estimator_name"] == "LogisticRegression"
    paths = {file.path for file in MlflowClient().list_artifacts(run.info.run_id)}
    assert "estimator.html" in paths
    (logged,) = mlflow.search_logged_models(experiment_ids=[run.info.experiment_id], output_format="list")
    assert logged.source_run_id == run.info.run_id
    assert logged.status == "READY"
    model = mlflow.sklearn.load_model(logged.model_uri)
    assert model.predict(iris[0][:3]).tolist() == [0, 0, 0]


def test_a_model_goes_from_log_to_alias_and_back_into_memory(name, iris):
    mlflow.set_experiment(name)
    estimator = fitted(iris)
    client = MlflowClient()
    with mlflow.start_run() as run:
        mlflow.log_metric("accuracy", 0.97)
        info = mlflow.sklearn.log_model(
            estimator,
            name="iris",
            signature=infer_signature(iris[0], estimator.predict(iris[0])),
            registered_model_name=name,
        )
    second = mlflow.register_model(info.model_uri, name)
    assert second.version in (2, "2")
    client.set_registered_model_alias(name, "champion", 1)
    client.set_registered_model_tag(name, "team", "größe 風")
    client.set_model_version_tag(name, "1", "validated", "yes")
    client.update_registered_model(name, "Irises of 1936")
    client.update_model_version(name, "1", "The first")

    version = client.get_model_version_by_alias(name, "champion")
    assert int(version.version) == 1
    assert version.run_id == run.info.run_id
    assert version.tags == {"validated": "yes"}
    assert version.description == "The first"
    assert [int(v.version) for v in client.search_model_versions(f"name='{name}'")] in ([2, 1], [1, 2])
    (found,) = client.search_registered_models(f"name = '{name}' AND tags.team = 'größe 風'")
    assert found.aliases in ({"champion": "1"}, {"champion": 1})
    assert [m.name for m in client.search_registered_models(f"name ILIKE '{name.upper()[:8]}%'")].count(name) == 1

    by_alias = mlflow.pyfunc.load_model(f"models:/{name}@champion")
    by_number = mlflow.sklearn.load_model(f"models:/{name}/2")
    expected = estimator.predict(iris[0])
    assert np.array_equal(by_alias.predict(iris[0]), expected)
    assert np.array_equal(by_number.predict(iris[0]), expected)
    assert by_alias.metadata.signature.inputs.input_names() == list(iris[0].columns)


def test_stages_of_older_clients_still_work(name, iris):
    client = MlflowClient()
    mlflow.set_experiment(name)
    with mlflow.start_run():
        for _ in range(2):
            mlflow.sklearn.log_model(fitted(iris), name="m", registered_model_name=name)
    client.transition_model_version_stage(name, "1", "Production")
    client.transition_model_version_stage(name, "2", "production", archive_existing_versions=True)

    assert client.get_model_version(name, "1").current_stage == "Archived"
    (latest,) = client.get_latest_versions(name, ["Production"])
    assert int(latest.version) == 2
    with pytest.raises(MlflowException, match="(?i)stage"):
        client.transition_model_version_stage(name, "1", "Nirvana")


def test_deleting_is_soft_for_runs_and_final_for_versions(name, iris):
    client = MlflowClient()
    experiment = client.create_experiment(name, tags={"a": "b"})
    run = client.create_run(experiment, run_name="first")
    client.delete_run(run.info.run_id)
    with pytest.raises(MlflowException, match="active"):
        client.log_metric(run.info.run_id, "m", 1)
    assert client.search_runs([experiment]) == []
    assert len(client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)) == 1
    client.restore_run(run.info.run_id)
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    with pytest.raises(MlflowException) as taken:
        client.create_experiment(name)
    assert taken.value.error_code == "RESOURCE_ALREADY_EXISTS"
    client.restore_experiment(experiment)
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"

    mlflow.set_experiment(name)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.sklearn.log_model(fitted(iris), name="m", registered_model_name=name)
    client.set_registered_model_alias(name, "champion", 1)
    client.delete_model_version(name, "1")
    with pytest.raises(MlflowException) as gone:
        client.get_model_version(name, "1")
    assert gone.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(MlflowException) as no_alias:
        client.get_model_version_by_alias(name, "champion")
    assert no_alias.value.error_code == "INVALID_PARAMETER_VALUE"
    client.rename_registered_model(name, name + "-renamed")
    client.delete_registered_model(name + "-renamed")
    assert client.search_registered_models(f"name LIKE '{name}%'") == []


def test_metrics_keep_their_history_and_their_oddities(name, now_ms):
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name)).info.run_id
    for step, value in enumerate([0.1, float("nan"), float("inf"), -float("inf"), 5e-324, 0.5]):
        client.log_metric(run, "loss", value, timestamp=now_ms + step, step=step)
    client.log_metric(run, "loss", 9.0, timestamp=now_ms, step=-3)
    client.log_batch(
        run,
        metrics=[Metric(f"m{i}", i, now_ms, 0) for i in range(700)],
        params=[Param(f"p{i}", str(i)) for i in range(99)],
        tags=[RunTag("note", "✓ 風")],
    )

    history = client.get_metric_history(run, "loss")
    assert sorted(m.step for m in history) == [-3, 0, 1, 2, 3, 4, 5]
    by_step = {m.step: m.value for m in history}
    assert math.isnan(by_step[1]) and by_step[2] == math.inf and by_step[3] == -math.inf and by_step[4] == 5e-324
    stored = client.get_run(run)
    assert stored.data.metrics["loss"] == 0.5
    assert len(stored.data.metrics) == 701 and len(stored.data.params) == 99
    assert stored.data.tags["note"] == "✓ 風"
    with pytest.raises(MlflowException, match="Changing param values"):
        client.log_param(run, "p1", "other")
    client.log_param(run, "p1", "1")


def test_searches_filter_order_and_page(name):
    client = MlflowClient()
    experiment = client.create_experiment(name)
    for i in range(25):
        run = client.create_run(experiment, run_name=f"run {i:02}", start_time=1_700_000_000_000 + i)
        client.log_batch(
            run.info.run_id,
            metrics=[Metric("auc", i / 25 if i != 7 else float("nan"), 1, 0)] if i != 3 else [],
            params=[Param("depth", str(i % 5))],
            tags=[RunTag("fold k", str(i % 2))],
        )
        client.set_terminated(run.info.run_id, "FAILED" if i % 10 == 0 else "FINISHED")

    def names(filter_string="", order_by=None):
        return [r.info.run_name for r in client.search_runs([experiment], filter_string, order_by=order_by)]

    assert names("metrics.auc > 0.9") == ["run 24", "run 23"]
    assert names("params.depth = '4' and tags.`fold k` = '0' AND status != 'FAILED'") == ["run 24", "run 14", "run 04"]
    assert names("attributes.run_name LIKE 'run 1_' and metrics.auc <= 0.44") == ["run 11", "run 10"]
    assert names(order_by=["metrics.auc DESC"])[-2:] == ["run 07", "run 03"]
    assert names(order_by=["metrics.auc ASC"])[-2:] == ["run 07", "run 03"]
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], max_results=10, order_by=["metrics.auc ASC"], page_token=token)
        seen += [r.info.run_name for r in page]
        token = page.token
        if not token:
            break
    assert len(seen) == len(set(seen)) == 25
    for bad in ("metrics.auc > 'x'", "params.depth > '1'", "metrics.auc > 0.1 OR metrics.auc < 0", "nope = 1", "tags.x ="):
        with pytest.raises(MlflowException) as refused:
            names(bad)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    frame = mlflow.search_runs([experiment], "metrics.auc > 0.9")
    assert set(frame["params.depth"]) == {"3", "4"}


def test_datasets_are_found_again(name, iris):
    mlflow.set_experiment(name)
    data = mlflow.data.from_pandas(iris[0], name="iris", source="https://example.org/iris.csv")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training")
        mlflow.log_input(data, context="training")

    (seen,) = mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    assert seen.dataset.name == "iris" and seen.dataset.digest == data.digest
    assert {t.key: t.value for t in seen.tags} == {"mlflow.data.context": "training"}
    found = mlflow.search_runs(filter_string="datasets.name = 'iris'", experiment_names=[name], output_format="list")
    assert [r.info.run_id for r in found] == [run.info.run_id]
    client = MlflowClient()
    with pytest.raises(MlflowException, match="500"):
        client.log_inputs(
            run.info.run_id,
            [DatasetInput(Dataset("x" * 501, "d", "local", "s"), [InputTag("k", "v")])],
        )


def test_artifacts_go_up_come_down_and_are_listed(name, tmp_path):
    mlflow.set_experiment(name)
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "a.txt").write_text("a")
    (tmp_path / "tree" / "deep" / "b ü 風.bin").write_bytes(bytes(range(256)) * 4096)
    (tmp_path / "tree" / "empty").write_bytes(b"")
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(tmp_path / "tree"), "data")
        mlflow.log_dict({"k": [1, 2]}, "conf/c.json")
        mlflow.log_text("hello", "hello.txt")

    client = MlflowClient()
    listed = {f.path: (f.is_dir, f.file_size) for f in client.list_artifacts(run.info.run_id, "data")}
    assert listed == {"data/a.txt": (False, 1), "data/deep": (True, None), "data/empty": (False, 0)}
    local = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="data", dst_path=str(tmp_path / "down"))
    with open(f"{local}/deep/b ü 風.bin", "rb") as file:
        assert file.read() == bytes(range(256)) * 4096
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/hello.txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/conf/c.json") == {"k": [1, 2]}
    with pytest.raises(Exception, match="Invalid path"):
        client.list_artifacts(run.info.run_id, "../../etc")


def test_concurrent_writers_of_one_run_lose_nothing(name, now_ms):
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name)).info.run_id
    failures = []

    def write(writer):
        try:
            for step in range(20):
                client.log_batch(run, metrics=[Metric("loss", writer, now_ms + writer, step), Metric(f"w{writer}", step, 1, step)])
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(w,)) for w in range(16)]
    [w.start() for w in writers]
    [w.join() for w in writers]

    assert failures == []
    assert len(client.get_metric_history(run, "loss")) == 16 * 20
    assert client.get_run(run).data.metrics["loss"] == 15
    assert client.get_run(run).data.metrics["w3"] == 19


def test_large_files_go_up_in_parts(name, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(1 << 20))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(700_000))
    content = np.random.default_rng(7).bytes(5_000_001)
    (tmp_path / "big model.bin").write_bytes(content)
    created = []
    create = HttpArtifactRepository.create_multipart_upload
    monkeypatch.setattr(
        HttpArtifactRepository,
        "create_multipart_upload",
        lambda *given, **named: created.append(create(*given, **named)) or created[-1],
    )

    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(tmp_path / "big model.bin"), "folder")

    assert [len(upload.credentials) for upload in created] == [8]
    down = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, artifact_path="folder/big model.bin", dst_path=str(tmp_path / "down")
    )
    with open(down, "rb") as file:
        assert file.read() == content


def test_webhooks_are_managed(name):
    client = MlflowClient()
    made = client.create_webhook(
        name=name,
        url="https://hook.invalid/path",
        events=["model_version.created", "model_version_tag.set"],
        description="tells nobody",
        secret="a secret",
    )
    assert made.status.is_active()
    assert made.webhook_id in [hook.webhook_id for hook in client.list_webhooks(max_results=1000)]
    changed = client.update_webhook(made.webhook_id, events=["registered_model.created"], status="DISABLED")
    assert [str(event) for event in changed.events] == ["registered_model.created"]
    found = client.get_webhook(made.webhook_id)
    assert (found.name, found.description, found.status) == (name, "tells nobody", "DISABLED")
    tested = client.test_webhook(made.webhook_id, event="registered_model.created")
    assert not tested.success
    assert "unknown host" in tested.error_message
    client.delete_webhook(made.webhook_id)
    with pytest.raises(MlflowException, match="Webhook with ID .* not found"):
        client.get_webhook(made.webhook_id)


def test_nobody_comes_in_with_a_wrong_token(name, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "mlr_wrong")
    with pytest.raises(RestException) as refused:
        MlflowClient().create_experiment(name)
    assert refused.value.error_code == "UNAUTHENTICATED"
    assert refused.value.get_http_status_code() == 401


def test_a_token_is_also_a_basic_password(name, token, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "anyone")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", token)
    assert MlflowClient().create_experiment(name)


def test_tracing_is_refused_clearly(name):
    mlflow.set_experiment(name)
    with pytest.raises(MlflowException) as refused:
        MlflowClient().search_traces(locations=[mlflow.get_experiment_by_name(name).experiment_id])
    assert refused.value.error_code in ("NOT_IMPLEMENTED", "ENDPOINT_NOT_FOUND")


def test_old_log_model_messages_are_kept(name):
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name)).info.run_id
    from mlflow.models import Model

    client._tracking_client.store.record_logged_model(run, Model(artifact_path="model", run_id=run, flavors={"python_function": {}}))
    history = json.loads(client.get_run(run).data.tags["mlflow.log-model.history"])
    assert [entry["artifact_path"] for entry in history] == ["model"]
