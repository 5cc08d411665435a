"""A model behind FastAPI as many write it: a checked list of numbers in, a probability out."""

import os

import numpy
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["PEER_MODEL"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
app = FastAPI()


class Row(BaseModel):
    features: list[float]


class Answer(BaseModel):
    probability: float
    label: int


@app.post("/predict")
async def predict(row: Row) -> Answer:
    probabilities = session.run(["probabilities"], {name: numpy.array([row.features], dtype=numpy.float32)})[0]
    probability = float(probabilities[0, 1])
    return Answer(probability=probability, label=int(probability >= 0.5))
