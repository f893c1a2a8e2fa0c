"""From a fitted pipeline to the model file, and onto the disk."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from classifier.decide import Rule
from classifier.files import write_whole
from classifier.learning.packing import shifts_of, step_for
from classifier.learning.pipeline import ANALYZERS, score_weights, steps_of
from classifier.model_file import FORMAT, KIND, model_bytes
from classifier.text import COARSE, CUT, WHOLE, pieces, stem
from classifier.weights import FREE, LANES_A_COLUMN, MORE, width_of


def export(
    pipeline: Pipeline, rule: Rule, thresholds: Mapping[float, float], provenance: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of the model file for a fitted pipeline whose weights are rounded."""
    weights, bias = score_weights(pipeline)
    steps = steps_of(weights)
    whole = np.rint(weights[:-1] * steps).astype(int)
    weighty: dict[str, dict[str, NDArray[np.int_]]] = {kind: {} for kind in ANALYZERS}
    start = 0
    for name, parts in pipeline["features"].transformer_list:
        names = parts["count"].get_feature_names_out()
        rows = zip(names, whole.T[start : start + len(names)], strict=True)
        weighty[name] = {feature: row for feature, row in rows if row.any()}
        start += len(names)
    stems = {mark: _stems(weighty["pairs"], mark) for mark in (WHOLE, CUT)}
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
        "bias": np.rint(bias[:-1] * steps).astype(int).tolist(),
        "words": _words(weighty, stems),
        "stems": _table({name[:-1]: row for name, row in weighty["words"].items() if name[-1:] == "*"}, len(whole)),
        "pieces": _table(weighty["pieces"], len(whole)),
        "pairs": _pairs(weighty["pairs"], stems[WHOLE], WHOLE, len(whole)),
        "cut_pairs": _pairs(weighty["pairs"], stems[CUT], CUT, len(whole)),
    }


def _words(
    features: Mapping[str, Mapping[str, NDArray[np.int_]]], numbers: Mapping[str, Mapping[str, int]]
) -> dict[str, bytes]:
    """Pack whole words, each with all that it adds by itself and its stems in pairs: taggers then need not cut it up."""
    words, parts = features["words"], features["pieces"]
    kept = sorted(word for word in words if word[-1:] != "*")
    stems = list(map(stem, kept))
    others = ((words.get(f"{one}*"), *map(parts.get, pieces(word))) for word, one in zip(kept, stems, strict=True))
    rows = [
        sum((each for each in more if each is not None), start=words[word])
        for word, more in zip(kept, others, strict=True)
    ]
    return {
        "features": _packed(" ".join(kept)),
        "sums": (np.array(rows, dtype=np.int64) + MORE).astype("<u2").tobytes(),
        "whole": np.array([numbers[WHOLE].get(one, 0) for one in stems], dtype="<u4").tobytes(),
        "cut": np.array([numbers[CUT].get(one[:COARSE], 0) for one in stems], dtype="<u4").tobytes(),
    }


def _table(features: Mapping[str, NDArray[np.int_]], lanes: int) -> dict[str, Any]:
    """Pack features, in order: their names in one column, their weights in others."""
    kept = sorted(features)
    return {"features": _lines(kept), "weights": _columns([features[name] for name in kept], lanes)}


def _pairs(features: Mapping[str, NDArray[np.int_]], stems: Mapping[str, int], mark: str, lanes: int) -> dict[str, Any]:
    """Pack pairs of one kind: see `classifier.weights.Pairs`."""
    names = [name for name in features if mark in name]
    step = step_for(len(names), len(stems))
    numbers = [[stems[one] for one in name.split(mark)] for name in names]
    firsts, seconds = np.array(numbers, dtype=np.int_).reshape(-1, 2).T
    rows = firsts + step * seconds
    shifts = shifts_of(rows, seconds, (step + 1) * len(stems) + 1)
    slots = shifts[rows] + seconds
    owners = np.full(slots.max(initial=0) + 1, FREE)
    owners[slots] = rows
    weights = np.zeros((len(owners), lanes), dtype=np.int_)
    weights[slots] = np.array([features[name] for name in names], dtype=np.int_).reshape(-1, lanes)
    width = 2 if len(shifts) < 1 << 16 else 4
    return {
        "stems": _lines(stems),
        "step": step,
        "shifts": shifts.astype("<u4").tobytes(),
        "bytes": width,
        "rows": owners.astype(f"<u{width}").tobytes(),
        "weights": _columns(weights, lanes),
    }


def _stems(pairs: Iterable[str], mark: str) -> dict[str, int]:
    """Return the number of each stem in pairs of one kind, from 1."""
    stems = {one for name in pairs if mark in name for one in name.split(mark)}
    return {one: number for number, one in enumerate(sorted(stems), 1)}


def _columns(rows: Sequence[NDArray[np.int_]] | NDArray[np.int_], lanes: int) -> list[bytes]:
    """Pack the weights of features, a byte a label, those of a few labels into a column of one number each."""
    weights = np.array(rows, dtype=np.int64).reshape(len(rows), lanes) + 128
    columns = []
    for start in range(0, lanes, LANES_A_COLUMN):
        part = np.zeros((len(rows), width_of(lanes - start)), dtype=np.uint8)
        part[:, : lanes - start] = weights[:, start : start + LANES_A_COLUMN]
        columns.append(part.tobytes())
    return columns


def _lines(names: Iterable[str]) -> bytes:
    """Pack names that are in order: see `classifier.weights.Names`."""
    starts = groupby(names, key=lambda name: name[:2])
    return _packed("\n".join(" ".join([start, *(name[2:] for name in group), ""]) for start, group in starts))


def _packed(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def write_model(model: Mapping[str, Any], path: Path) -> None:
    """Write a model file beside its place and then put it there, so that it is never seen half written."""
    write_whole(path, model_bytes(model))
