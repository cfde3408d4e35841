"""The language model in numpy: sentences become vectors that lie near when the meaning does.

A BERT encoder as published (Devlin et al. 2018; Reimers & Gurevych 2019 for the averaging): six
layers, twelve heads, 384 numbers. For the worker and the commands; the web never imports it.
"""

import json
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from courses.similar import wordpiece

Floats = NDArray[np.float32]

DIMENSIONS = 384
HEADS = 12
LAYERS = 6
LONGEST = 256  # word pieces, as it was trained
_EPSILON = 1e-12


class Model:
    """The weights in a folder that `weights.folder` found good, and what is computed with them."""

    def __init__(self, folder: Path) -> None:
        self.tensors = _read(folder / "model.safetensors")
        self.vocabulary = wordpiece.read_vocabulary(folder / "vocab.txt")

    def embed(self, texts: list[str]) -> Floats:
        """One unit vector a text: float32[len(texts), 384]."""
        return np.stack([self._embed(text) for text in texts])

    def _embed(self, text: str) -> Floats:
        numbers = wordpiece.encode(text, self.vocabulary, LONGEST)
        words = self.tensors["embeddings.word_embeddings.weight"][numbers]
        places = self.tensors["embeddings.position_embeddings.weight"][: len(numbers)]
        kind = self.tensors["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(words + places + kind, "embeddings.LayerNorm")
        for n in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{n}")
        mean: Floats = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _layer(self, x: Floats, name: str) -> Floats:
        seen = self._linear(
            self._attend(x, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        x = self._norm(x + seen, f"{name}.attention.output.LayerNorm")
        wide = _gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(
            x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _attend(self, x: Floats, name: str) -> Floats:
        query, key, value = (
            self._linear(x, f"{name}.{part}").reshape(len(x), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        shares = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(DIMENSIONS // HEADS))
        shares = np.exp(shares - shares.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return (shares @ value).transpose(1, 0, 2).reshape(len(x), DIMENSIONS)

    def _linear(self, x: Floats, name: str) -> Floats:
        result: Floats = x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]
        return result

    def _norm(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
        return x * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution; erf by Abramowitz & Stegun 7.1.26, within 1.5e-7."""
    z = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    powers = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.copysign(1 - powers * np.exp(-z * z), x)
    return x * np.float32(0.5) * (1 + erf)


def _read(path: Path) -> dict[str, Floats]:
    """The tensors of a safetensors file: eight bytes of length, a JSON table, then the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        table = json.loads(file.read(length))
    numbers = np.memmap(path, np.uint8, "r", offset=8 + length)
    return {
        name: numbers[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in table.items()
        if entry.get("dtype") == "F32"
    }
