"""Endpoints of the serving under test, and Triton's clients of them."""

import time
import urllib.parse

import requests
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http


def serve(serving, token, name, **definition):
    """Puts an endpoint with version 1 of the model of the same name, and waits until it answers."""
    headers = {"Authorization": f"Bearer {token}"}
    body = {**definition, "arms": [{"name": "only", "weight": 100, "model": name, "version": 1}]}
    answer = requests.put(f"{serving}/api/v1/endpoints/{name}", json=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    _, client = client_of("http", serving)
    end = time.monotonic() + 60
    while not client.is_model_ready(name, headers={"authorization": f"Bearer {token}"}):
        told = requests.get(f"{serving}/api/v1/endpoints/{name}", headers=headers, timeout=30)
        assert time.monotonic() < end and "FAILED" not in told.text, told.text
        time.sleep(0.1)


def client_of(protocol, serving):
    """The module of Triton's client, and a client."""
    host, port = urllib.parse.urlparse(serving).netloc.split(":")
    if protocol == "http":
        return triton_http, triton_http.InferenceServerClient(f"{host}:{port}")
    return triton_grpc, triton_grpc.InferenceServerClient(f"{host}:{int(port) + 1000}")
