"""Files that mean harm, or look as if they did; made when asked for, since most are large."""

import io
import json
import random
import zipfile
from pathlib import Path

import openpyxl

CASES = Path(__file__).parent.parent / "cases"
PROJECT = '<Project xmlns="http://schemas.microsoft.com/project"><Tasks><Task><UID>1</UID><Name>{}</Name></Task></Tasks></Project>'
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet><table:table>{}</table:table></office:spreadsheet></office:body></office:document-content>"
)
ROW = "<table:table-row{}><table:table-cell{}><text:p>{}</text:p></table:table-cell></table:table-row>"


def _replaced(path, part, content):
    """Give a workbook with one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target.getvalue()


def _ods(content):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return target.getvalue()


def _corners():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Title", "far away"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(rows):
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def _shared(text, count):
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, count))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    return _with_strings(strings, cells)


def _with_strings(strings, cells):
    """Give a workbook whose first sheet takes its text from a table of strings."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(CASES / "plan.xlsx") as plan:
        types = plan.read("[Content_Types].xml").decode()
    types = types.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
    book = io.BytesIO(_replaced(CASES / "plan.xlsx", "xl/worksheets/sheet1.xml", _sheet(cells)))
    book = io.BytesIO(_replaced(book, "[Content_Types].xml", types))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    return book.getvalue()


def _laughs():
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>' + PROJECT.format("&a9;")


def _zip(name, data):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


NOISE = random.Random(7)
MB = 1_000_000

# name: (file name, how its bytes are made)
HOSTILE = {
    "zip bomb": ("x.xlsx", lambda: _replaced(CASES / "plan.xlsx", "xl/worksheets/sheet1.xml", " " * (300 * MB))),
    "zip bomb under the size limit": (
        "x.xlsx",
        lambda: _replaced(CASES / "plan.xlsx", "xl/worksheets/sheet1.xml", "<row/>" * (10 * MB)),
    ),
    "bomb of shared strings": ("x.xlsx", lambda: _with_strings("<si/>" * (10 * MB), "")),
    "bomb in a sheet": ("x.ods", lambda: _ods(ODS.format(" " * (300 * MB)))),
    "cells in opposite corners": ("x.xlsx", _corners),
    "a long string shared by many cells": ("x.xlsx", lambda: _shared("Title" + " x" * MB, 3_000)),
    "a million repeated rows": (
        "x.ods",
        lambda: _ods(
            ODS.format(
                ROW.format("", "", "Title")
                + ROW.format(
                    ' table:number-rows-repeated="1048576"', ' table:number-columns-repeated="1024"', "x" * 1000
                )
            )
        ),
    ),
    "many runs of empty rows": (
        "x.ods",
        lambda: _ods(
            ODS.format(ROW.format("", "", "Title") + '<table:table-row table:number-rows-repeated="1000"/>' * 6_000)
        ),
    ),
    "repeats beyond any number": (
        "x.ods",
        lambda: _ods(ODS.format(ROW.format("", f' table:number-columns-repeated="{"9" * 5000}"', "x"))),
    ),
    "entities in a sheet": (
        "x.ods",
        lambda: _ods('<!DOCTYPE x [<!ENTITY a "b">]>' + ODS.format(ROW.format("", "", "&a;"))),
    ),
    "entities in a workbook": (
        "x.xlsx",
        lambda: _replaced(
            CASES / "plan.xlsx", "xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "b">]>' + _sheet("&a;")
        ),
    ),
    "workbook without parts": ("x.xlsx", lambda: _zip("xl/workbook.xml", "")),
    "a zip archive": ("x.csv", lambda: _zip("backlog.csv", "Title\nx\n")),
    "a Word document": ("x.docx", lambda: _zip("word/document.xml", "<x/>")),
    "cut workbook": ("x.xlsx", lambda: (CASES / "plan.xlsx").read_bytes()[:3000]),
    "entity bomb": ("x.xml", _laughs),
    "external entity": (
        "x.xml",
        lambda: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + PROJECT.format("&a;"),
    ),
    "deep XML": ("x.xml", lambda: '<Project xmlns="http://schemas.microsoft.com/project">' + "<a>" * 100_000),
    "XML of one endless name": ("x.xml", lambda: PROJECT.format("x" * 5 * MB)),
    "100,000 levels of JSON": ("x.json", lambda: "[" * 100_000 + "]" * 100_000),
    "100,000 levels of objects": ("x.json", lambda: '{"a":' * 100_000 + "1" + "}" * 100_000),
    "1,000 levels of JSON": ("x.json", lambda: "[" * 900 + '"x"' + "]" * 900),
    "deep levels in a large object": ("x.json", lambda: '{"pad":"' + "x" * 5 * MB + '","tasks":' + "[" * 100_000),
    "unterminated string": ("x.json", lambda: '["' + "x" * 30 * MB),
    "unterminated array": ("x.json", lambda: "[" + '"x",' * (MB // 4)),
    "a number of many digits": ("x.json", lambda: "[" + "9" * 5 * MB + "]"),
    "lone surrogates": ("x.json", lambda: '["\\ud800 a", {"title": "\\udfff", "x": "\\ud800"}]'),
    "NUL bytes in JSON": ("x.json", lambda: b'["a\0b"]'),
    "NaN": ("x.json", lambda: '[{"title": "x", "n": NaN, "m": 1e999}]'),
    "many different objects": ("x.json", lambda: json.dumps([{f"key{n}": 1, "title": "x"} for n in range(4_000)])),
    "a 5 MB line": ("x.txt", lambda: "word " * MB),
    "a 5 MB line in CSV": ("x.csv", lambda: "Title,Notes\nx," + "word " * MB + "\n"),
    "a 5 MB line in Markdown": ("x.md", lambda: "- [ ] " + "*word " * MB),
    "a 5 MB line in org": ("x.org", lambda: "* TODO " + "[[word* :a" * (MB // 2)),
    "a 5 MB line in todo.txt": ("todo.txt", lambda: "(A) " + "a:" * (5 * MB // 2)),
    "a 100 MB line": ("x.txt", lambda: "word " * (20 * MB)),
    "a line of spaces": ("x.md", lambda: "- [ ] x" + " " * 5 * MB + "|"),
    "a line of brackets": ("x.md", lambda: "- [ ] " + "[" * 19_000),
    "a line of stars": ("x.md", lambda: "- [ ] " + "*a **b " * 2_500),
    "a line of backticks": ("x.md", lambda: "- [ ] " + "".join("`" * n + " " for n in range(190))),
    "a table of pipes": ("x.md", lambda: "| Task |\n|---|\n" + "|" * MB),
    "a rule of dashes": ("x.md", lambda: "| Task |\n|" + ":-" * MB + "\n"),
    "deep quotes": ("x.md", lambda: ">" * 100_000 + " - [ ] x"),
    "deep lists": ("x.md", lambda: "".join("  " * n + "- [ ] x\n" for n in range(1_500))),
    "Markdown of 9 MB": ("x.md", lambda: "- [ ] word\n" * 900_000),
    "10,000 columns": (
        "x.csv",
        lambda: "Title," + ",".join(f"column {n}" for n in range(10_000)) + "\nx" + ",y" * 10_000 + "\n",
    ),
    "a row of commas": ("x.csv", lambda: "Title,x\n" + "," * 10 * MB + "\n"),
    "NUL bytes in CSV": (
        "x.csv",
        lambda: (
            "Title,Notes\n" + "a long enough title,\0\n" * 2 + "a title with enough text around one zero byte,x\n" * 20
        ),
    ),
    "an unterminated quote": ("x.csv", lambda: 'Title,Notes\nx,"y\n' + "a,b\n" * 1000),
    "an unterminated quote in a large file": ("x.csv", lambda: 'Title,Notes\nx,"y\n' + "a,b\n" * (5 * MB)),
    "a PNG named .csv": ("x.csv", lambda: b"\x89PNG\r\n\x1a\n" + NOISE.randbytes(1000)),
    "noise": ("x.csv", lambda: NOISE.randbytes(100_000)),
    "noise without zeros": ("x.txt", lambda: bytes(NOISE.choices(range(128, 256), k=300_000))),
    "only spaces": ("x.txt", lambda: " \n" * 1000),
    "only a mark": ("x.csv", lambda: b"\xef\xbb\xbf"),
    "halved UTF-16": ("x.csv", lambda: "Title,x\nä,b\n".encode("utf-16")[:-1]),
    "formulas": ("x.csv", lambda: "Title,x\n\"=cmd|'/c calc'!A1\",+1\n@SUM(1),-x\n"),
    "escape sequences": ("x.txt", lambda: "\x1b]0;owned\x07 red \x1b[31m \x9b2J\nabc \u202e fdp.exe\n"),
    "an old Office file": ("x.xls", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 2000),
    "a page of HTML": ("x.csv", lambda: "<!DOCTYPE html><html><body>Log in</body></html>"),
}
