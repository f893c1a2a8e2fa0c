"""One batch of a pandas or Arrow table at a time: what Dask, Spark and Ray run on many machines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from classifier.errors import BacklogError
from classifier.files import beside
from classifier.reasons import why as decisive_words
from classifier.tagger import Tagger

if TYPE_CHECKING:
    import pyarrow as pa

OURS = ("role", "confidence", "why")
PREFIX = "taskrole_"
"""Stands before the names of our columns where the table has one of them already."""

ROWS = 10_000
"""Rows of a Parquet file read at a time."""

Frame = TypeVar("Frame")


def tag_frame(
    frame: Frame,
    column: str = "title",
    *,
    model: str | os.PathLike[str] | Tagger | None = None,
    threshold: float | None = None,
    promise: float | None = None,
    why: bool = False,
) -> Frame:
    """Return a pandas DataFrame, or an Arrow table or record batch, with the columns `role` and `confidence` added.

    `column` holds the titles; a row without one gets neither. `model` is a tagger or the path of a model file, which
    is loaded once a process; `why` adds the words that decided. Errors: `BacklogError` where the column is missing.
    """
    tagger = model if isinstance(model, Tagger) else _loaded(None if model is None else os.fspath(model))
    table: Any = frame
    is_arrow = type(frame).__module__.partition(".")[0] == "pyarrow"
    names = list(table.schema.names if is_arrow else table.columns)
    if column not in names:
        raise BacklogError(f"the table has no column {column!r}: its columns are {', '.join(map(repr, names))}.")
    cells = table.column(names.index(column)).to_pylist() if is_arrow else table[column].tolist()
    if threshold is None and promise is not None:
        threshold = tagger.threshold_for(promise)
    ours = _columns(cells, tagger, threshold, why=why)
    added = dict(zip(_names(names, ours), ours, strict=True))
    tagged: Frame = _with_arrow(table, added) if is_arrow else _with_pandas(table, added)
    return tagged


def tag_parquet(
    source: Path, target: Path, column: str, tagger: Tagger, threshold: float | None, *, why: bool
) -> Counter[str]:
    """Tag a Parquet file into another, in constant memory, whole or not at all; return how often each role came."""
    import pyarrow.parquet as pq

    roles: Counter[str] = Counter()
    writer = None
    with pq.ParquetFile(source) as file, beside(target) as stream:
        for batch in file.iter_batches(ROWS):
            tagged = tag_frame(batch, column, model=tagger, threshold=threshold, why=why)
            writer = writer or pq.ParquetWriter(stream, tagged.schema)
            writer.write_batch(tagged)
            roles.update(filter(None, tagged.column(batch.num_columns).to_pylist()))
        if writer is None:
            _refuse_empty(source)
        writer.close()
    return roles


def _refuse_empty(source: Path) -> NoReturn:
    raise BacklogError(f"{source} holds no task: it has no rows.")


def parquet_columns(source: Path) -> list[str]:
    """Return the names of the columns of a Parquet file."""
    import pyarrow.parquet as pq

    return list(pq.read_schema(source).names)


@lru_cache(maxsize=4)
def _loaded(model: str | None) -> Tagger:
    return Tagger.load(model)


def _columns(cells: Sequence[Any], tagger: Tagger, threshold: float | None, *, why: bool) -> list[list[Any]]:
    """Return our columns for the cells of the title column."""
    titles = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    found = iter(tagger.tag(filter(None, titles), threshold=threshold, why=why))
    tags = [next(found) if title else None for title in titles]
    columns: list[list[Any]] = [
        [tag and tag.role for tag in tags],
        [None if tag is None else tag.confidence for tag in tags],
    ]
    if why:
        columns.append([tag and decisive_words(tag, tagger.labels) for tag in tags])
    return columns


def _names(taken: Iterable[str], ours: Sequence[object]) -> list[str]:
    """Name our columns, apart from those that there are."""
    names = list(OURS[: len(ours)])
    clash = set(taken).intersection(names)
    return [PREFIX + name for name in names] if clash else names


def _with_pandas(table: Any, added: dict[str, list[Any]]) -> Any:
    import pandas as pd

    # Named, since a batch without rows would otherwise have other types than the rest.
    kinds = {name: "float64" if name.endswith("confidence") else "string" for name in added}
    return table.assign(**{name: pd.Series(cells, table.index, kinds[name]) for name, cells in added.items()})


def _with_arrow(table: Any, added: dict[str, list[Any]]) -> Any:
    import pyarrow as pa

    kinds: dict[type, pa.DataType] = {str: pa.string(), float: pa.float64()}
    columns = [pa.array(cells, kinds[float if name.endswith("confidence") else str]) for name, cells in added.items()]
    fields = [pa.field(name, column.type) for name, column in zip(added, columns, strict=True)]
    schema = pa.schema([*table.schema, *fields], table.schema.metadata)
    return type(table).from_arrays([*table.columns, *columns], schema=schema)
