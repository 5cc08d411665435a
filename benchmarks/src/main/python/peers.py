"""The model that servers are compared with, and the servers in Python: FastAPI with onnxruntime, MLServer, MLflow.

    peers.py train FOLDER [credit-default.csv]   writes the model in the form that each server reads, and a row with its answer
    peers.py fastapi FOLDER PORT                 and so on: each becomes the server, at 127.0.0.1

Needs: fastapi uvicorn[standard] mlserver mlserver-mlflow onnxruntime onnx skl2onnx scikit-learn
"""

import json
import os
import pathlib
import sys

FEATURES = 23
TREES = 100
WORKERS = str(os.cpu_count())


def rows(file):
    """The public data set where it is there, otherwise numbers of the same shape."""
    import numpy
    import pandas

    if file:
        frame = pandas.read_csv(file).drop(columns="ID")
        return frame.iloc[:, :FEATURES].to_numpy(dtype=numpy.float32), frame.iloc[:, FEATURES].to_numpy()
    random = numpy.random.default_rng(7)
    x = random.normal(size=(20_000, FEATURES)).astype(numpy.float32)
    return x, (x[:, 0] * x[:, 1] + x[:, 2] + random.normal(size=len(x)) > 0.5).astype(int)


def train(folder, file=None):
    import mlflow.onnx
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestClassifier

    x, y = rows(file)
    model = RandomForestClassifier(TREES, max_depth=8, random_state=7, n_jobs=-1).fit(x, y)
    graph = to_onnx(model, x[:1], options={"zipmap": False})
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    mlflow.onnx.save_model(graph, str(folder / "mlflow"), pip_requirements=[], input_example=x[:1])
    settings = folder / "mlserver"
    settings.mkdir()
    (settings / "settings.json").write_text(json.dumps({"host": "127.0.0.1", "parallel_workers": 0, "debug": False}))
    (settings / "model-settings.json").write_text(
        json.dumps(
            {
                "name": "credit",
                "implementation": "mlserver_mlflow.MLflowRuntime",
                "parameters": {"uri": str(folder / "mlflow")},
            }
        )
    )
    answer = float(model.predict_proba(x[:1])[0, 1])
    batch = x[:1000]
    (folder / "batch.bin").write_bytes(batch.astype("<f4").tobytes())
    (folder / "row.json").write_text(json.dumps({"row": [float(v) for v in x[0]], "probability": answer}))


def fastapi(folder, port):
    os.execvp(
        sys.executable,
        [sys.executable, "-m", "uvicorn", "--app-dir", str(pathlib.Path(__file__).parent), "peer_fastapi:app"]
        + ["--host", "127.0.0.1", "--port", port, "--workers", WORKERS, "--log-level", "warning", "--no-access-log"],
    )


def mlserver(folder, port):
    ports = {"HTTP": port, "GRPC": str(int(port) + 1), "METRICS": str(int(port) + 2)}
    for name, value in ports.items():
        os.environ[f"MLSERVER_{name}_PORT"] = value
    program = str(pathlib.Path(sys.executable).parent / "mlserver")
    os.execv(program, [program, "start", str(folder / "mlserver")])


def mlflow(folder, port):
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["PATH"] = str(pathlib.Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    program = str(pathlib.Path(sys.executable).parent / "mlflow")
    arguments = ["--host", "127.0.0.1", "--port", port, "--workers", WORKERS, "--env-manager", "local"]
    os.execv(program, [program, "models", "serve", "-m", str(folder / "mlflow"), *arguments])


if __name__ == "__main__":
    what = {"train": train, "fastapi": fastapi, "mlserver": mlserver, "mlflow": mlflow}[sys.argv[1]]
    target = pathlib.Path(sys.argv[2]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    os.environ["PEER_MODEL"] = str(target / "model.onnx")
    what(target, *sys.argv[3:])
