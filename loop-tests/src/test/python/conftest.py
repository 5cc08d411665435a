"""Where the platform under test is: MILLRACE_REGISTRY_URL, MILLRACE_SERVING_URL and MILLRACE_TOKEN (an engineer's or admin's)."""

import os
import time
import uuid

import pytest

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


@pytest.fixture(scope="session")
def registry():
    return os.environ["MILLRACE_REGISTRY_URL"]


@pytest.fixture(scope="session")
def token():
    return os.environ["MILLRACE_TOKEN"]


@pytest.fixture(scope="session")
def serving():
    return os.environ["MILLRACE_SERVING_URL"]


@pytest.fixture
def headers(token):
    """New ones for each test: the client over HTTP writes the headers of its request into what it is given."""
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(autouse=True)
def tracking(registry, token, monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token)
    mlflow.set_tracking_uri(registry)
    mlflow.set_registry_uri(registry)
    yield
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def name():
    """A name no other test uses."""
    return f"py-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def now_ms():
    return int(time.time() * 1000)
