"""One batch of a table at a time, as the engines for many machines hand it out."""

import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from classifier.errors import BacklogError
from classifier.frames import tag_frame
from classifier.tagger import Tagger

TITLES = ["publish the product roadmap", None, "update the project schedule", " "]
MAKERS = {
    "pandas": lambda columns: pd.DataFrame(columns),
    "table": lambda columns: pa.table(columns),
    "batch": lambda columns: pa.RecordBatch.from_pydict(columns),
}


def rows(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of any of the three, missing cells as None."""
    table = pa.Table.from_pandas(frame) if isinstance(frame, pd.DataFrame) else frame
    return list(table.to_pylist())


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_columns_are_added(make: Any, tagger: Tagger) -> None:
    """All columns come back in order, ours behind them; a row without a title gets none of it."""
    frame = make({"title": TITLES, "owner": ["Ann", "Bo", "Cy", "Di"]})

    found = rows(tag_frame(frame, model=tagger, threshold=0))

    single = tagger.tag(["publish the product roadmap", "update the project schedule"], threshold=0)
    assert [list(row) for row in found] == [["title", "owner", "role", "confidence"]] * 4
    assert [row["role"] for row in found] == [single[0].role, None, single[1].role, None]
    assert [row["confidence"] for row in found] == [single[0].confidence, None, single[1].confidence, None]
    assert type(tag_frame(frame, model=tagger)) is type(frame)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_reasons_and_taken_names(make: Any, tagger: Tagger) -> None:
    """Reasons come when asked for; names that the table has already are kept, ours stand apart."""
    found = rows(tag_frame(make({"task": TITLES[:1], "role": ["old"]}), "task", model=tagger, threshold=0, why=True))

    assert list(found[0]) == ["task", "role", "taskrole_role", "taskrole_confidence", "taskrole_why"]
    assert found[0]["role"] == "old"
    assert "roadmap" in found[0]["taskrole_why"]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_no_such_column(make: Any, tagger: Tagger) -> None:
    """A missing column is named, beside those there are."""
    with pytest.raises(BacklogError, match="no column 'title': its columns are 'task'"):
        tag_frame(make({"task": TITLES}), model=tagger)


def test_no_rows(tagger: Tagger) -> None:
    """A batch without rows keeps the shape of the others, as engines want it."""
    full, empty = pa.table({"title": ["x"]}), pa.table({"title": pa.array([], pa.string())})

    assert tag_frame(empty, model=tagger).schema == tag_frame(full, model=tagger).schema
    frames = (tag_frame(table.to_pandas(), model=tagger)[["role", "confidence"]] for table in (full, empty))
    assert len({tuple(frame.dtypes) for frame in frames}) == 1


def test_as_engines_call_it(model_path: Path) -> None:
    """What is handed to workers can be sent there: the function by name, the model by its path."""
    send = pickle.dumps((tag_frame, {"model": str(model_path), "threshold": 0}))
    received, options = pickle.loads(send)

    frames = [received(pd.DataFrame({"title": TITLES}, index=[5, 6, 7, 8]), **options) for _ in range(2)]

    assert list(frames[0].index) == [5, 6, 7, 8]
    assert frames[0].equals(frames[1])


def test_dask_dataframe(model_path: Path) -> None:
    """The example of the docs for Dask: partitions of a DataFrame, with a meta made of no rows."""
    dd = pytest.importorskip("dask.dataframe")
    backlog = dd.from_pandas(pd.DataFrame({"title": TITLES * 5}), npartitions=3)
    meta = tag_frame(backlog._meta, "title", model=str(model_path))

    found = backlog.map_partitions(tag_frame, "title", model=str(model_path), meta=meta).compute(scheduler="sync")

    assert rows(found[["role"]]) == rows(
        tag_frame(pd.DataFrame({"title": TITLES * 5}), model=str(model_path))[["role"]]
    )
