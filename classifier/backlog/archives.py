"""Zip archives, looked at before anything in them is unpacked."""

from __future__ import annotations

from zipfile import BadZipFile, ZipFile, ZipInfo

from classifier.backlog.source import Source
from classifier.errors import BacklogError

LARGEST_PART = 1 << 27
"""Bytes of one part, unpacked; zipfile never unpacks more than a part says it has."""
LARGEST_WHOLE = 1 << 28
MOST_PARTS = 10_000
DENSEST = 150
"""Times a part may grow when unpacked; sheets grow ten to fifty times, bombs a thousand."""
_SMALL = 1 << 22


def check_archive(source: Source) -> None:
    """Refuse bombs, and archives that are no spreadsheets."""
    try:
        with ZipFile(source.archive()) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise BacklogError(f"{source.name} is a damaged workbook or archive: save or export it again.") from error
    names = [part.filename for part in parts]
    if any(map(_is_bomb, parts)) or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
        raise BacklogError(
            f"{source.name} unpacks to far more than a list of tasks: save the sheet with the tasks as CSV."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise BacklogError(f"{source.name} is locked with a password: save it without one.")
    if not any(name.startswith("xl/") for name in names) and "content.xml" not in names:
        kind = "a Word document" if "word/document.xml" in names else "a zip archive"
        raise BacklogError(
            f"{source.name} is {kind}: take the file with the tasks out of it, or save it as CSV, Excel or text."
        )


def _is_bomb(part: ZipInfo) -> bool:
    dense = part.file_size > _SMALL and part.file_size > DENSEST * max(1, part.compress_size)
    return dense or part.file_size > LARGEST_PART
