"""A pytest plugin that points MLflow's own tests of its REST API at a registry that runs: pytest -p mlflow_suite.

MLflow's tests start a server in the fixtures of their modules. Here those fixtures give a client of the registry instead,
emptied before each test, and what a test asks without a client carries the token too. Tests of what the registry does not
keep, or differs in on purpose, are skipped with the reason.
"""

import os
import re

import mlflow
import pytest
import requests
from mlflow import MlflowClient

SERVER = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
HEADERS = {"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}

LEFT_OUT = {
    "GraphQL, which serves MLflow's own pages": r".*graphql.*",
    "generative AI, tracing and the gateway": r".*(_traces?_|_traces?$|promptlab|gateway|scorer|evaluation_dataset"
    r"|assessments|secret|endpoint|orphaned|model_definition|list_(providers|models)|provider_config|otel).*",
    "data sets of evaluations": r".*(dataset|experiments)(_.*)?_rest_tracking",
    "replaces parts of MLflow's server by mocks": r".*_calls_optimized_impl_when_expected",
    "starts a server of its own with a setting of MLflow's": r".*_with_validation_regex",
    "expects files in a folder of the server's machine, which are refused here": r"test_artifacts"
    r"|test_create_get_search_experiment|test_create_model_version_with_(path_source|file_uri)",
    "logs a model of a run that is not there, which is refused here": r"test_create_logged_model",
}


@pytest.fixture
def emptied_registry():
    requests.post(os.environ["MILLRACE_RESET_URL"], headers=HEADERS).raise_for_status()
    yield MlflowClient(SERVER)
    mlflow.set_tracking_uri(None)


@pytest.fixture
def store_type():
    return "sqlalchemy"


def pytest_configure(config):
    send = requests.Session.send

    def send_with_token(session, request, **options):
        if request.url.startswith(SERVER):
            request.headers.update(HEADERS)
        return send(session, request, **options)

    requests.Session.send = send_with_token


def pytest_collectstart(collector):
    if isinstance(collector, pytest.Module):
        ours = {"mlflow_client": emptied_registry, "client": emptied_registry, "store_type": store_type}
        for name in ours.keys() & vars(collector.obj).keys():
            setattr(collector.obj, name, ours[name])


def pytest_collection_modifyitems(items):
    for item in items:
        for reason, names in LEFT_OUT.items():
            if re.fullmatch(names, item.originalname):
                item.add_marker(pytest.mark.skip(reason=reason))
