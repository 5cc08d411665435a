"""Makes src/test/resources/models with PyTorch 2.7.1: small archives, and PyTorch's own answers to rows.json's rows.

Run from the module's folder: python src/test/python/make_models.py
"""

import json
import pathlib
import random
import zipfile
from typing import Dict

import torch

FOLDER = pathlib.Path("src/test/resources/models")
torch.manual_seed(20261127)
random.seed(20261127)


class Features(torch.nn.Module):
    """Whatever the number of features is; the test computes the same sum by itself."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        w = (torch.remainder(torch.arange(x.shape[1]) * 7, 5) - 2.5) * 0.1
        return torch.sigmoid(torch.matmul(x, w))


class Binary(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(3, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.layers(x))


class Named(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(3, 4)

    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        hidden = torch.tanh(self.body(x))
        return {"hidden": hidden, "total": hidden.sum(1)}


class Several(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(3, 2)

    def forward(self, x: torch.Tensor):
        out = self.body(x)
        return out, torch.argmax(out, 1)


class Words(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.EmbeddingBag(10, 4, mode="sum")
        self.out = torch.nn.Linear(4, 1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(self.embedding(ids)).squeeze(1)


def save(module, path):
    """Without the debug files, which hold paths of the machine that this ran on."""
    module.save(str(path))
    with zipfile.ZipFile(path) as written:
        entries = [(e.filename, written.read(e)) for e in written.infolist() if not e.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as kept:
        for name, content in entries:
            kept.writestr(zipfile.ZipInfo(name), content)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [[round(random.uniform(-3, 3), 3) for _ in range(3)] for _ in range(40)]
    numbers = torch.tensor(rows, dtype=torch.float32)
    ids = [[random.randrange(10) for _ in range(3)] for _ in range(40)]
    answers = {}

    def keep(name, module, *outputs):
        save(module, FOLDER / f"{name}.pt")
        answers[name] = [torch.as_tensor(o).double().reshape(len(rows), -1).tolist() for o in outputs]

    with torch.no_grad():
        binary = Binary()
        binary.train()
        for _ in range(5):
            binary(torch.randn(64, 3) * 2 + 1)
        # Saved as it is while training: whoever runs it must switch that off.
        scripted = torch.jit.script(binary)
        keep("binary", scripted, binary.eval()(numbers))
        scripted.train()
        save(scripted, FOLDER / "binary.pt")

        three = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Softmax(1)).eval()
        keep("three", torch.jit.trace(three, numbers[:4]), three(numbers))

        double = torch.nn.Linear(3, 1).double()
        keep("double", torch.jit.script(double), double(torch.tensor(rows, dtype=torch.float64)))

        named = Named()
        keep("named", torch.jit.script(named), *named(numbers).values())

        several = Several()
        keep("several", torch.jit.script(several), *several(numbers))

        words = Words()
        keep("words", torch.jit.script(words), words(torch.tensor(ids)))

        save(torch.jit.script(Features()), FOLDER / "features.pt")
        torch.save(three, FOLDER / "pickle.pth")
        torch.save(three.state_dict(), FOLDER / "weights.pth")

    with open(FOLDER / "expected.json", "w") as out:
        json.dump({"torch": torch.__version__.split("+")[0], "rows": rows, "ids": ids, "answers": answers}, out)
        out.write("\n")


main()
