"""From a fitted pipeline to the model file, and onto the disk."""

import json
import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from classifier.decide import Rule
from classifier.learning.pipeline import ANALYZERS, score_weights, steps_of
from classifier.tagger import FORMAT, KIND


def export(
    pipeline: Pipeline, rule: Rule, thresholds: Mapping[float, float], provenance: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of the model file for a fitted pipeline whose weights are rounded."""
    weights, bias = score_weights(pipeline)
    steps = steps_of(weights)
    whole = np.rint(weights * steps).astype("<i2")
    tables, start = {}, 0
    for name, vectorizer in pipeline["features"].transformer_list:
        features = vectorizer.get_feature_names_out()
        tables[name] = _table(features, whole[:, start : start + len(features)])
        start += len(features)
    numbers = rule._asdict()
    labels = numbers.pop("labels")
    return {
        "kind": KIND,
        "format": FORMAT,
        "labels": list(labels),
        "rule": numbers,
        "thresholds": {f"{promise:g}": threshold for promise, threshold in thresholds.items()},
        "provenance": dict(provenance),
        "steps": steps,
        "bias": np.rint(bias * steps).astype(int).tolist(),
        **{name: tables[name] for name in ANALYZERS},
    }


def _table(features: NDArray[Any], weights: NDArray[np.int16]) -> dict[str, Any]:
    """Pack features that weigh anything, in order: their names in one string, a column of weights for each label."""
    kept = np.flatnonzero(weights.any(axis=0))
    kept = kept[np.argsort(features[kept])]
    return {
        "features": "\n".join(features[kept]),
        "weights": [b64encode(np.ascontiguousarray(column[kept]).tobytes()).decode() for column in weights],
    }


def write_model(model: Mapping[str, Any], path: Path) -> None:
    """Write a model file beside its place and then put it there, so that it is never seen half written."""
    write_atomically(path, json.dumps(model, ensure_ascii=False, indent=1).encode() + b"\n")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by new content in one step; the old one stays if anything fails."""
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
