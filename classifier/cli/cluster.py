"""`predict --dask`: every file of a backlog tagged somewhere on a Dask cluster."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import Any, NamedTuple

import click

from classifier.backlog import BacklogError
from classifier.backlog.headers import find_columns
from classifier.cli import outputs
from classifier.cli.predict import Run, write_tagged
from classifier.cli.reading import Input
from classifier.cli.tagging import Summary
from classifier.errors import TaskroleError
from classifier.files import sweep
from classifier.frames import parquet_columns, tag_parquet
from classifier.request import Request
from classifier.tagger import Tagger

LOCAL = "local"
PARQUET = ".parquet"
TRIES = 3
"""Times that a file is begun anew after the worker that had it died."""


class Job(NamedTuple):
    """One file to tag into another; both are seen by all workers."""

    source: str
    target: str
    form: str
    reading: Input
    threshold: float | None
    why: bool
    only: str | None


class Told(NamedTuple):
    """What came of one file."""

    counts: Counter[str]
    because: Counter[str]
    notices: list[str]


def tag_on_cluster(
    address: str,
    files: Sequence[str],
    out: str | None,
    to: str | None,
    reading: Input,
    request: Request,
    only: str | None,
    summary: Summary,
    done: Callable[[float], None],
) -> None:
    """Tag files on the cluster at an address, each into a file of the folder `out`; a lost file is begun anew."""
    if out is None or not outputs.is_folder(out):
        raise click.UsageError("--dask writes one file for each input: name a folder with -o, such as -o tagged/.")
    jobs = [_job(file, out, to, reading, request, only) for file in _found(files)]
    targets = [job.target for job in jobs]
    for target in targets:
        if targets.count(target) > 1:
            raise click.UsageError(f"Two inputs would be written to {target}: write them one at a time.")
    Path(out).mkdir(parents=True, exist_ok=True)
    with _client(address) as (client, as_completed):
        model = client.submit(dict, request.tagger.model, pure=False)
        futures = {client.submit(tag_file, job, model, pure=False, retries=TRIES): job for job in jobs}
        for future in as_completed(futures):
            told = future.result()
            summary.counts.update(told.counts)
            summary.because.update(told.because)
            for notice in told.notices:
                click.echo(f"{Path(futures[future].source).name}: {notice}", err=True)
            done(told.counts.total())
    sweep(Path(out), {Path(target).name for target in targets})


def tag_file(job: Job, model: dict[str, Any]) -> Told:
    """Tag one file, on whatever machine this is; a second time gives the same file again."""
    tagger = Tagger(model)
    source = Path(job.source)
    if source.suffix.lower() == PARQUET:
        column = _title_column(source, job.reading.column)
        counts = tag_parquet(source, Path(job.target), column, tagger, job.threshold, why=job.why)
        return Told(counts, Counter(), [])
    summary = Summary(tagger.roles)
    with job.reading.open(job.source) as backlog:
        run = Run(Request(tagger, job.threshold, why=job.why, alone=True), job.only, summary, lambda _: None)
        write_tagged(run, job.target, [backlog], backlog, job.form)
        return Told(summary.counts, summary.because, list(backlog.notices))


def _found(files: Sequence[str]) -> list[str]:
    """Return the files that names and patterns stand for, in order."""
    found = [each for file in files for each in (sorted(glob(file)) or [file])]  # noqa: PTH207  absolute ones as well
    for file in found:
        if file == "-":
            raise click.UsageError("Standard input is on this machine alone: with --dask, name files.")
    return found


def _job(file: str, out: str, to: str | None, reading: Input, request: Request, only: str | None) -> Job:
    source = Path(file).resolve()
    if source.suffix.lower() == PARQUET:
        if only is not None or to is not None or reading.with_description:
            raise click.UsageError(
                "Parquet files come back as Parquet, whole and tagged by title: leave the option out."
            )
        target, form = Path(out) / source.name, "parquet"
        _title_column(source, reading.column)
    else:
        with reading.open(str(source)) as backlog:
            target, form = outputs.in_folder(out, backlog, to)
    return Job(str(source), str(target.resolve()), form, reading, request.threshold, request.why, only)


def _title_column(source: Path, column: str | None) -> str:
    try:
        names = parquet_columns(source)
    except ModuleNotFoundError:
        raise TaskroleError("Parquet files need pyarrow: install taskrole[dask].") from None
    except (OSError, ValueError) as error:
        raise BacklogError(f"{source} cannot be read as Parquet ({error}): check that it is the right file.") from None
    columns = find_columns(names, column)
    if columns is None:
        raise BacklogError(f"{source} has no column that is named like a title: name it with --column.")
    return names[columns.title]


@contextmanager
def _client(address: str) -> Iterator[tuple[Any, Any]]:
    try:
        import distributed
    except ModuleNotFoundError:
        raise TaskroleError("--dask needs Dask, which is not installed: install taskrole[dask].") from None
    dask: Any = distributed
    if address == LOCAL:
        from classifier.cores import cores

        with (
            dask.LocalCluster(n_workers=cores(), threads_per_worker=1, dashboard_address=None) as cluster,
            dask.Client(cluster) as client,
        ):
            yield client, dask.as_completed
        return
    try:
        client = dask.Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise TaskroleError(f"there is no Dask scheduler at {address} ({error}): check the address.") from None
    with client:
        yield client, dask.as_completed
