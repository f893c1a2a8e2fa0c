"""What a file looks like, from its first bytes and its name."""

from __future__ import annotations

import json
import re
from functools import cached_property

from classifier.backlog.delimited import Layout, find_layout
from classifier.backlog.source import Source
from classifier.errors import BacklogError

_SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls, .doc or .mpp)"),
    (b"PAR1", "a Parquet file"),
)
# Patterns are compiled when they are first used: for a table, none is.
_MARKUP = r"(?i)<(\?xml|!doctype|html)\b"
_CHECKBOX = r"(?m)^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\][ \t]"
_HEADING = r"(?m)^#{1,6} \S"
_TABLE_RULE = r"(?m)^\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*$"
_LIST = r"(?m)^[ \t]*[-*+][ \t]+\S"
_ORG = r"(?mi)^(#\+(title|todo|startup|filetags|author|seq_todo|typ_todo|options):|\*+ (TODO|DONE|NEXT|WAITING) |[ \t]*:PROPERTIES:)"
_TODOTXT = r"(?m)^(\([A-Z]\) \S|x \d{4}-\d\d-\d\d )"
_TODOTXT_NAME = r"(?i)(^|[._-])(todo|done)\.txt$"


class Sample:
    """The start of a file and every guess about it, each made when first asked for."""

    def __init__(self, source: Source, column: str | None = None) -> None:
        self._source = source
        self._column = column
        self.name = source.name

    @cached_property
    def text(self) -> str:
        """The start of the file, decoded."""
        return self._source.sample

    @cached_property
    def lines(self) -> str:
        """The same with simple line ends, for patterns."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n")

    def refuse_what_is_no_list(self) -> None:
        """Say what a file is that cannot be a list of tasks."""
        head = self._source.head
        if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
            raise BacklogError(f"{self.name} is empty: it holds no task.")
        for start, kind in _SIGNATURES:
            if head.startswith(start):
                raise BacklogError(f"{self.name} is {kind}, not a list of tasks: export it as CSV, Excel or text.")
        if self._is_markup and not self.is_ms_project:
            raise BacklogError(
                f"{self.name} is a page of HTML or XML that no tracker exports: export it as CSV, Excel or text."
            )
        if (
            not self.container
            and head.count(0) > len(head) // 100
            and self._source.encoding.codec[:6] not in ("utf-16", "utf-32")
        ):
            raise BacklogError(f"{self.name} is a binary file, not a list of tasks: export it as CSV, Excel or text.")

    @property
    def _is_markup(self) -> bool:
        start = "" if self.container else self.text.lstrip()[:20]
        return start.startswith("<") and re.match(_MARKUP, start) is not None

    @cached_property
    def container(self) -> str:
        """What kind of archive it is: "excel", "ods" or, for text, ""."""
        head = self._source.head
        if not head.startswith(b"PK"):
            return ""
        return "ods" if b"opendocument.spreadsheet" in head[:200] else "excel"

    @cached_property
    def is_ms_project(self) -> bool:
        """Whether it is XML of MS Project."""
        return not self.container and "schemas.microsoft.com/project" in self.text[:2000]

    @cached_property
    def json_shape(self) -> str:
        """Whether it is one JSON value, "json", several on lines of their own, "jsonl", or ""."""
        if self.container:
            return ""
        start = self.text.lstrip("\ufeff \t\r\n")
        if not start.startswith(("{", "[")) or not re.match(
            r'\{\s*["}]|\[\s*[\[{"\]\d-]|\[\s*(?:true|false|null)\b', start
        ):
            return ""
        try:
            _, end = json.JSONDecoder().raw_decode(start)
        except (ValueError, RecursionError):
            return "json"
        return "jsonl" if start[end:].lstrip(" \t\r,")[:1] == "\n" and start[end:].strip() else "json"

    def _has(self, *keys: str) -> int:
        """Count which of these members occur in the text of a JSON file."""
        return sum(1 for key in keys if f'"{key}"' in self.text) if self.json_shape else 0

    @property
    def objects(self) -> str:
        """Which tool's JSON it is, "json" or "jsonl" if nobody's, "" if it is none."""
        if self._has("cards", "lists", "idList", "idBoard", "idOrganization", "shortLink", "idMembers") > 2:
            return "trello"
        if self._has("title", "number") == 2 and self._has("html_url", "state", "body", "url", "stateReason"):
            return "github"
        if self._has("uuid", "description") == 2 and self._has("entry", "status", "urgency") and not self._has("title"):
            return "taskwarrior"
        return self.json_shape

    @cached_property
    def layout(self) -> Layout | None:
        """The layout of the table it may be."""
        return None if self.container else find_layout(self.text, column=self._column)

    @cached_property
    def tracker(self) -> str:
        """Which tool's table it is, "csv" or "tsv" if nobody's, "" if it is no table."""
        layout = self.layout
        if layout is None or layout.columns is None or len(layout.header) < 2:
            return ""
        if layout.dialect.delimiter == "|" and self.is_markdown:
            return ""
        if not layout.columns.tracker and not layout.steady:  # prose has commas too
            return ""
        return layout.columns.tracker or ("tsv" if layout.dialect.delimiter == "\t" else "csv")

    @cached_property
    def is_notion_table(self) -> bool:
        """Whether it is a table with a name that Notion gives."""
        name = self.name.lower()
        stem = name.removesuffix(".csv").removesuffix("_all")
        numbered = name.endswith(".csv") and stem[-33:-32] == " " and not stem[-32:].strip("0123456789abcdef")
        if not (numbered or name.endswith("_all.csv")) or self.layout is None:
            return False
        return len(self.layout.header) > 1 and (numbered or not self.layout.columns)

    @cached_property
    def is_org(self) -> bool:
        """Whether it is org-mode; cells of a table may have lines that look like its headlines."""
        return not self.container and not self.tracker and re.search(_ORG, self.lines) is not None

    @cached_property
    def is_markdown(self) -> bool:
        """Whether it has check boxes, tables, or headings with lists below."""
        text = self.lines
        if self.container:
            return False
        if re.search(_CHECKBOX, text) or ("|" in text and re.search(_TABLE_RULE, text)):
            return True
        return re.search(_HEADING, text) is not None and re.search(_LIST, text) is not None

    @cached_property
    def is_todotxt(self) -> bool:
        """Whether it is named or written as todo.txt has it."""
        return not self.container and (
            re.search(_TODOTXT_NAME, self.name) is not None or re.search(_TODOTXT, self.lines) is not None
        )
