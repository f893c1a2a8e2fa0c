"""The store: what the user has taught, and the models made of it.

What changes is in one SQLite file; models are files that never change and are named by their digest. Whatever is
interrupted, the database is as it was before or as it was to be, and a file without an entry means nothing. Nothing
here needs more than the standard library: `predict` comes by to find the current model, where `home` has told it that
there is a store.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from classifier.errors import StoreError
from classifier.files import write_whole
from classifier.home import SHIPPED, home, store_file, unreadable
from classifier.model_file import SUFFIX
from classifier.tasks import Example

SCHEMA = 1
"""The number of the database's layout, in its `user_version`. Raise it with any change, and bring older ones up to it
in `_prepare`."""

PATIENCE = 30.0
"""Seconds that a change waits for another process to finish its own; changes take milliseconds."""

_TABLES = """
CREATE TABLE examples (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL, label TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL, added TEXT NOT NULL,
    UNIQUE (text, label)
);
CREATE TABLE models (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE, made TEXT NOT NULL, base TEXT NOT NULL, size INTEGER NOT NULL,
    report TEXT NOT NULL, refused TEXT
);
CREATE TABLE members (
    model INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    example INTEGER NOT NULL REFERENCES examples,
    PRIMARY KEY (model, example)
) WITHOUT ROWID;
CREATE TABLE waiting (example INTEGER PRIMARY KEY REFERENCES examples);
CREATE TABLE aside (example INTEGER PRIMARY KEY REFERENCES examples, why TEXT NOT NULL);
CREATE TABLE removed (example INTEGER PRIMARY KEY REFERENCES examples);
CREATE TABLE promotions (number INTEGER PRIMARY KEY, model INTEGER REFERENCES models ON DELETE CASCADE, made TEXT);
CREATE VIEW current AS SELECT (SELECT model FROM promotions ORDER BY number DESC LIMIT 1) AS model;
CREATE TABLE skipped (words TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pipelines (digest TEXT PRIMARY KEY, made TEXT NOT NULL) WITHOUT ROWID;
"""

_STATES = """
SELECT number, text, label, source, place, added, CASE
    WHEN number IN (SELECT example FROM removed) THEN 'removed'
    WHEN number IN (SELECT example FROM members WHERE model = (SELECT model FROM current)) THEN 'known'
    WHEN number IN (SELECT example FROM waiting) THEN 'waiting'
    ELSE 'aside' END AS state, coalesce((SELECT why FROM aside WHERE example = number), '') AS why
FROM examples ORDER BY number
"""


class Version(NamedTuple):
    """One model that the store made."""

    number: int
    digest: str
    """SHA-256 of its file."""
    made: str
    base: str
    """`shipped` where it stands on the shipped examples, `scratch` where on the user's own alone."""
    size: int
    """Bytes."""
    report: dict[str, Any]
    """What it was made from and how it compared with the model before it."""
    refused: str | None
    """Why it was not made current, if so."""
    examples: int
    """Examples of the user's own that it learned from."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return str(self.number)


class Held(NamedTuple):
    """One example of the user's own, as the store holds it."""

    number: int
    example: Example
    added: str
    state: str
    """`known` to the current model, `waiting` for the next retrain, set `aside`, or `removed`."""
    why: str
    """Why it was set aside."""


class Made(NamedTuple):
    """A new model, ready to be kept."""

    content: bytes
    """Of its file."""
    base: str
    numbers: Sequence[int]
    """Of all the examples of the user's own in it."""
    report: Mapping[str, Any]


def current_model() -> Path | None:
    """Return the file of the current model, None where that is the shipped one; needs no more than to read.

    Raises `StoreError` where the store is damaged or the file is no longer the one that was stored.
    """
    place = store_file()
    if place is None:
        return None
    with _explained(place):
        connection = _connect(place, "rw")  # read-only where it has to be; else what a killed process left is undone
        try:
            laid_out = _check_schema(connection, place)
            query = "SELECT digest FROM models WHERE number = (SELECT model FROM current)"
            row = connection.execute(query).fetchone() if laid_out else None
        finally:
            connection.close()
    return _checked(place.parent, row[0]) if row else None


class Store:
    """The user's examples and models; made where there is none yet."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the store in `folder`, by default in `home()`; raise `StoreError` where that cannot be."""
        self.folder = home() if folder is None else folder
        self.place = self.folder / "store.db"
        try:
            (self.folder / "models").mkdir(parents=True, exist_ok=True)
            (self.folder / "scores").mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{self.folder} cannot hold what is taught ({error.strerror}): name another folder with TASKROLE_HOME."
            ) from None
        with _explained(self.place):
            self._database = _connect(self.place, "rwc")
            self._prepare()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _prepare(self) -> None:
        if _check_schema(self._database, self.place):
            return
        with self._change() as database:
            if not _check_schema(database, self.place):  # another process may have been first
                for statement in _TABLES.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Make all changes or none."""
        with _explained(self.place):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def _rows(self, query: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
        with _explained(self.place):
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def turn(self, waits: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Let one process at a time retrain; `waits` is called once where another one is at it.

        The turn is a lock of SQLite's in a file of its own, so it ends with the process, however that ends.
        """
        place = self.folder / "turn.db"
        with _explained(place):
            connection = _connect(place, "rwc", patience=0)
        try:
            told = False
            while not _locked(connection, place):
                if not told:
                    waits()
                    told = True
                time.sleep(0.1)
            yield
        finally:
            connection.close()

    # Models

    def current(self) -> Version | None:
        """Return the current version, None where it is the shipped model."""
        ((number,),) = self._rows("SELECT model FROM current")
        return None if number is None else self.version(number)

    def version(self, number: int) -> Version:
        """Return one version."""
        return next(version for version in self.versions() if version.number == number)

    def versions(self) -> list[Version]:
        """Return all versions, the oldest first."""
        rows = self._rows(
            "SELECT number, digest, made, base, size, report, refused, "
            "(SELECT count(*) FROM members WHERE model = number) FROM models ORDER BY number"
        )
        return [
            Version(number, digest, made, base, size, json.loads(report), refused, examples)
            for number, digest, made, base, size, report, refused, examples in rows
        ]

    def find(self, name: str) -> Version | None:
        """Return the version of a number or of the start of a digest, None for `shipped`; else raise `StoreError`."""
        if name == SHIPPED:
            return None
        versions = self.versions()
        found = [version for version in versions if version.name == name]
        found = found or [version for version in versions if len(name) >= 4 and version.digest.startswith(name)]
        if len(found) != 1:
            names = ", ".join([SHIPPED, *(version.name for version in versions)])
            raise StoreError(f"There is no model {name!r} in the store; there is {names}.")
        return found[0]

    def path(self, version: Version) -> Path:
        """Return the file of a version; raise `StoreError` where it is no longer the one that was stored."""
        return _checked(self.folder, version.digest)

    def promote(self, made: Made, expected: int | None) -> Version | None:
        """Keep a new model and make it current, in one step.

        Returns None, and changes nothing, where the current version is no longer the `expected` one.
        """
        digest = self._write(made.content)
        with self._change() as database:
            before = database.execute("SELECT model FROM current").fetchone()[0]
            if before != expected:
                return None
            number = self._record(database, made, digest, None)
            self._make_current(database, before, number, f"not in version {number}, which was made current")
        return self.version(number)

    def refuse(self, made: Made, why: str, refused: Iterable[int]) -> Version:
        """Keep a new model without making it current, and set the `refused` examples aside."""
        digest = self._write(made.content)
        with self._change() as database:
            number = self._record(database, made, digest, why)
            for example in refused:
                database.execute("DELETE FROM waiting WHERE example = ?", (example,))
                database.execute("INSERT OR REPLACE INTO aside VALUES (?, ?)", (example, f"version {number}: {why}"))
        return self.version(number)

    def use(self, version: Version | None) -> None:
        """Make a version current, or the shipped model."""
        if version is not None:
            self.path(version)
        with self._change() as database:
            before = database.execute("SELECT model FROM current").fetchone()[0]
            chosen = None if version is None else version.number
            self._make_current(database, before, chosen, _not_in(chosen))

    def rollback(self) -> tuple[Version | None, Version | None]:
        """Go back to the model that was current before; return the one that was and the one that is."""
        was = self.current()
        with self._change() as database:
            rows = database.execute("SELECT number, model FROM promotions ORDER BY number DESC LIMIT 2").fetchall()
            if not rows:
                raise StoreError("There is nothing to roll back: the shipped model has been current all along.")
            before = rows[1][1] if len(rows) > 1 else None
            database.execute("DELETE FROM promotions WHERE number = ?", (rows[0][0],))
            self._settle(database, rows[0][1], before, _not_in(before))
        return was, self.current()

    def remove(self, version: Version) -> None:
        """Remove a version that is not current; its examples stay."""
        current = self.current()
        if current is not None and current.number == version.number:
            raise StoreError(f"Version {version.name} is current: make another one current first (models use).")
        with self._change() as database:
            database.execute("DELETE FROM models WHERE number = ?", (version.number,))
        for path in (self._model(version.digest), self.pipeline_path(version), self.scores_path(version.digest)):
            path.unlink(missing_ok=True)

    def _make_current(self, database: sqlite3.Connection, before: int | None, number: int | None, why: str) -> None:
        if before != number:
            database.execute("INSERT INTO promotions (model, made) VALUES (?, ?)", (number, _now()))
        self._settle(database, before, number, why)

    @staticmethod
    def _settle(database: sqlite3.Connection, before: int | None, after: int | None, why: str) -> None:
        """Set aside the examples that only the model before had; what the new one has waits no longer."""
        database.execute(
            "INSERT OR IGNORE INTO aside SELECT example, ? FROM members WHERE model = ? "
            "AND example NOT IN (SELECT example FROM members WHERE model = ?)",
            (why, before, after),
        )
        database.execute("DELETE FROM aside WHERE example IN (SELECT example FROM members WHERE model = ?)", (after,))
        database.execute("DELETE FROM waiting WHERE example IN (SELECT example FROM members WHERE model = ?)", (after,))

    def _record(self, database: sqlite3.Connection, made: Made, digest: str, refused: str | None) -> int:
        """Enter a model; the very same model made again keeps its number."""
        database.execute(
            "INSERT INTO models (digest, made, base, size, report, refused) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (digest) DO UPDATE SET refused = excluded.refused, report = excluded.report",
            (digest, _now(), made.base, len(made.content), json.dumps(made.report), refused),
        )
        (number,) = database.execute("SELECT number FROM models WHERE digest = ?", (digest,)).fetchone()
        database.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", [(number, each) for each in made.numbers])
        return int(number)

    # Files

    def scores_path(self, name: str) -> Path:
        """Return where out-of-fold scores are kept for later comparisons."""
        return self.folder / "scores" / f"{name}.npz"

    def pipeline_path(self, version: Version) -> Path:
        """Return where the fitted pipeline of a version is kept."""
        return self.folder / "models" / f"{version.digest}.joblib"

    def record_pipeline(self, content: bytes) -> None:
        """Note that we wrote a pipeline file of this content, and may load it later."""
        with self._change() as database:
            digest = hashlib.sha256(content).hexdigest()
            database.execute("INSERT OR IGNORE INTO pipelines VALUES (?, ?)", (digest, _now()))

    def wrote_pipeline(self, content: bytes) -> bool:
        """Say whether we wrote a pipeline file of this content."""
        digest = hashlib.sha256(content).hexdigest()
        return bool(self._rows("SELECT 1 FROM pipelines WHERE digest = ?", (digest,)))

    def sweep(self) -> None:
        """Remove the files that interrupted runs left; to be called in one's turn."""
        kept = {version.digest for version in self.versions()}
        for path in (self.folder / "models").iterdir():
            if path.stem not in kept:
                path.unlink(missing_ok=True)
        for path in (self.folder / "scores").glob(".*"):
            path.unlink(missing_ok=True)

    def _model(self, digest: str) -> Path:
        return self.folder / "models" / f"{digest}{SUFFIX}"

    def _write(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        write_whole(self._model(digest), content)
        return digest

    # Examples

    def held(self) -> list[Held]:
        """Return all examples, the oldest first."""
        return [
            Held(number, Example(text, label, source, place), added, state, why)
            for number, text, label, source, place, added, state, why in self._rows(_STATES)
        ]

    def members(self, version: Version) -> list[Held]:
        """Return the examples of the user's own that a version learned from."""
        return [held._replace(state="known") for held in self.held() if held.number in self._numbers(version)]

    def _numbers(self, version: Version) -> set[int]:
        return {number for (number,) in self._rows("SELECT example FROM members WHERE model = ?", (version.number,))}

    def add(self, examples: Iterable[Example]) -> list[int]:
        """Take examples in, to wait for the next retrain, all or none; return their numbers.

        One that the current model has learned from stays as it is; one that was set aside or removed waits again.
        """
        numbers = []
        with self._change() as database:
            for example in examples:
                database.execute(
                    "INSERT OR IGNORE INTO examples (text, label, source, place, added) VALUES (?, ?, ?, ?, ?)",
                    (example.text, example.label, example.source, example.where, _now()),
                )
                (number,) = database.execute(
                    "SELECT number FROM examples WHERE text = ? AND label = ?", (example.text, example.label)
                ).fetchone()
                database.execute("DELETE FROM aside WHERE example = ?", (number,))
                database.execute("DELETE FROM removed WHERE example = ?", (number,))
                database.execute(
                    "INSERT OR IGNORE INTO waiting SELECT ? WHERE NOT EXISTS "
                    "(SELECT 1 FROM members WHERE example = ? AND model = (SELECT model FROM current))",
                    (number, number),
                )
                numbers.append(int(number))
        return numbers

    def take_back(self, number: int) -> None:
        """Undo the adding of an example that no model has learned from."""
        with self._change() as database:
            database.execute("DELETE FROM waiting WHERE example = ?", (number,))
            database.execute(
                "DELETE FROM examples WHERE number = ? AND number NOT IN (SELECT example FROM members) "
                "AND number NOT IN (SELECT example FROM aside)",
                (number,),
            )

    def remove_examples(self, numbers: Iterable[int]) -> int:
        """Leave examples out from the next retrain on; return how many there were."""
        with self._change() as database:
            known = {number for (number,) in database.execute("SELECT number FROM examples")}
            chosen = known.intersection(numbers)
            database.executemany("INSERT OR IGNORE INTO removed VALUES (?)", [(each,) for each in chosen])
            database.executemany("DELETE FROM waiting WHERE example = ?", [(each,) for each in chosen])
        return len(chosen)

    def skip(self, words: str) -> None:
        """Note that the user does not want to be asked about a text."""
        with self._change() as database:
            database.execute("INSERT OR IGNORE INTO skipped VALUES (?)", (words,))

    def unskip(self, words: str) -> None:
        """Undo `skip`."""
        with self._change() as database:
            database.execute("DELETE FROM skipped WHERE words = ?", (words,))

    def skipped(self) -> set[str]:
        """Return the texts that the user does not want to be asked about."""
        return {words for (words,) in self._rows("SELECT words FROM skipped")}


def _connect(place: Path, mode: str, patience: float = PATIENCE) -> sqlite3.Connection:
    # Without an isolation level the module begins no transactions of its own accord.
    address = f"{place.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _check_schema(connection: sqlite3.Connection, place: Path) -> bool:
    """Say whether the database has been laid out; raise `StoreError` where a newer taskrole did it."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if number > SCHEMA:
        raise StoreError(f"{place} was written by a newer taskrole (layout {number}, not {SCHEMA}): update taskrole.")
    return bool(number == SCHEMA)


def _locked(connection: sqlite3.Connection, place: Path) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise StoreError(f"{place} cannot be locked ({error}).") from None
    return True


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    """Turn SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said:
            raise StoreError(f"{place} is in use by another process: try again when that has ended.") from None
        raise StoreError(
            f"{place} cannot be used ({said}): see to the folder's permissions and the disk's free space, "
            "or name another folder with TASKROLE_HOME. What was stored before is unharmed."
        ) from None
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{place} is damaged ({error}): restore it from a backup, or move the folder away to begin anew; "
            "the models in it stay usable with --model."
        ) from None


def _checked(folder: Path, digest: str) -> Path:
    path = folder / "models" / f"{digest}{SUFFIX}"
    advice = "go back to the model before it with `taskrole models rollback`, or to the shipped one with `models use`"
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise StoreError(f"{path}, the model in use, is missing: {advice}.") from None
    except OSError as error:
        raise StoreError(unreadable(path, error)) from None
    if found != digest:
        raise StoreError(f"{path} is not the model that was stored there, and is not used: {advice}.")
    return path


def _not_in(number: int | None) -> str:
    return f"not in {'the shipped model' if number is None else f'version {number}'}, which was made current again"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
