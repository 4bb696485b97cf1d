"""Questionnaires that are made to keep whoever reads them busy, each in its own way."""

import csv
import io
import struct
import zipfile
from collections.abc import Callable

import openpyxl

Cells = list[str]
HEADINGS = ["type", "name", "label", "relevant", "constraint", "calculation", "repeat_count", "choice_filter"]  # fmt: skip
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a0 "far too much">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
)  # fmt: skip
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/hostname">]>'


def written(*rows: Cells, choices: list[Cells] | None = None) -> bytes:
    """A questionnaire as CSV; its first question stands in row 3."""
    listed = [["list_name", "name", "label", "of"], *(choices or [["l", "x", "X", ""]])]
    file = io.StringIO()
    writer = csv.writer(file)
    for name, table in (("survey", [HEADINGS, *rows]), ("choices", listed)):
        writer.writerow([name])
        writer.writerows(["", *row] for row in table)
    return file.getvalue().encode()


def _ruled(rule: str) -> bytes:
    return written(["integer", "age", "How old?"], ["text", "b", "B", rule])


def _checked(rule: str) -> bytes:
    return written(["text", "a", "A", "", rule])


def _calculated(*rules: str) -> bytes:
    return written(*(["calculate", f"c{n}", "", "", "", one] for n, one in enumerate(rules)))  # fmt: skip


def _nested(kind: str, depth: int, *more: str) -> bytes:
    opened = [[f"begin {kind}", f"g{n}", "G", *more] for n in range(depth)]
    return written(*opened, ["text", "a", "A"], *[[f"end {kind}"]] * depth)


def packed(change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """A small workbook of which one part is changed."""
    book = openpyxl.Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    survey.append(["text", "a", "A"])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            kept = old.read(name)
            new.writestr(name, change(kept) if name == part else kept)
    return changed.getvalue()


def _with_rows(rows: bytes) -> bytes:
    return packed(lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def _declaring(declared: bytes, part: str) -> bytes:
    def change(xml: bytes) -> bytes:
        root = xml.index(b"<", xml.index(b"?>") if b"?>" in xml else 0)
        return xml[:root] + declared + xml[root:].replace(b"label", b"&a11;")

    return packed(change, part)


def _lying() -> bytes:
    """A bomb whose table of contents says that it is small."""
    bomb = bytearray(_with_rows(b" " * 30_000_000))
    at = bomb.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack("<H", bomb[at + 28 : at + 30])[0]
        if bomb[at + 46 : at + 46 + length] == SHEET.encode():
            bomb[at + 24 : at + 28] = struct.pack("<I", 1_000)
        at = bomb.find(b"PK\x01\x02", at + 4)
    return bytes(bomb)


def _with_formula(formula: str) -> bytes:
    cell = f'<row r="3"><c r="C3"><f>{formula}</f></c></row>'
    return _with_rows(cell.encode())


def _in_languages(count: int) -> bytes:
    names = [f"label::Language {n} (x{n})" for n in range(count)]
    rows = [["survey"], ["", "type", "name", *names], ["", "text", "a", *["A"] * count]]
    return "\n".join(",".join(row) for row in rows).encode()


CHOICES = [["l", f"n{n}", f"N{n}", str(n % 7)] for n in range(19_000)]
# By name: the form, and the codes of the mistakes that are found in it.
FORMS: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "groups 1,400 deep": (lambda: _nested("group", 1_400), {"too-much"}),
    "repeats 300 deep": (lambda: _nested("repeat", 300), {"too-much"}),
    "a repeat of a billion": (
        lambda: _nested("repeat", 1, "", "", "", "1000000000"), {"too-many-times"},
    ),
    "a catastrophic pattern": (lambda: _checked("regex(., '^(((a+)+)+)+$')"), set()),
    "a pattern that counts to a billion": (
        lambda: _checked("regex(., '((a{1,1000}){1,1000}){1,1000}')"), {"too-costly"},
    ),
    "a long pattern": (lambda: _checked(f"regex(., '{'(a|b)*' * 2_000}')"), {"too-costly"}),
    "a million choices": (
        lambda: written(["select_one l", "a", "A"], choices=CHOICES * 8), {"too-much"},
    ),
    "a long rule": (lambda: _ruled(" + ".join(["${age}"] * 1_700)), {"unsupported-rule"}),
    "a very long rule": (lambda: _ruled(" + ".join(["${age}"] * 99_000)), {"too-much"}),
    "deep brackets": (lambda: _ruled("(" * 7_000 + "1" + ")" * 7_000), {"unsupported-rule"}),
    "many minus signs": (lambda: _ruled("-" * 15_000 + "1"), {"unsupported-rule"}),
    "deep conditions": (
        lambda: _ruled("/x" + "[/x" * 1_500 + "]" * 1_500), {"unsupported-rule"},
    ),
    "a circle of 600": (
        lambda: _calculated(*(f"${{c{(n + 1) % 600}}} + 1" for n in range(600))),
        {"circular", "and-more"},
    ),
    "150 circles": (
        lambda: _calculated(*(f"${{c{n ^ 1}}} + 1" for n in range(300))), {"circular"},
    ),
    "rules that name each other": (
        lambda: _calculated(*("+".join(f"${{c{m}}}" for m in range(n)) for n in range(400))),
        {"too-much"},
    ),
    "a huge text": (lambda: written(["text", "a", "x" * 4_000_000]), {"too-much"}),
    "a text of signs": (lambda: written(["text", "a", "${" * 16_000]), {"bad-reference"}),
    "a long type": (lambda: written(["select_one x" + " or" * 9_000, "a", "A"]), {"too-much"}),
    "a long name": (lambda: written(["text", "a" * 30_000, "A"]), {"too-much"}),
    "200 languages": (lambda: _in_languages(200), {"too-much"}),
    "20,000 languages": (lambda: _in_languages(20_000), {"too-much"}),
    "100,000 questions": (
        lambda: written(*(["text", f"q{n}", "A"] for n in range(100_000))), {"too-much"},
    ),
    "900 unknown names": (
        lambda: written(*(["text", f"q{n}", "A", f"${{p{n}}} = 1"] for n in range(900))),
        {"unknown-question", "and-more"},
    ),
    "a far cell": (
        lambda: _with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), {"too-much"},
    ),
    "a far column": (
        lambda: _with_rows(b'<row r="9"><c r="XFD9"><v>1</v></c></row>'), {"too-much"},
    ),
    "a place that is none": (lambda: _with_rows(b'<row r="9"><c r="?"><v>1</v></c></row>'), {"unreadable"}),
    "a formula that fetches": (
        lambda: _with_formula("WEBSERVICE(&quot;https://centre.example&quot;)"),
        {"formula"},
    ),
    "a formula that starts a program": (
        lambda: _with_formula("cmd|&apos;/C calc&apos;!A0"), {"formula"},
    ),
    "a zip bomb": (lambda: _with_rows(b" " * 30_000_000), {"unreadable"}),
    "a zip bomb that lies": (_lying, {"unreadable"}),
    "entities in entities": (lambda: _declaring(ENTITIES, SHEET), {"unreadable"}),
    "entities among the styles": (lambda: _declaring(ENTITIES, STYLES), {"unreadable"}),
    "an entity from outside": (lambda: _declaring(EXTERNAL, SHEET), {"unreadable"}),
    "deep elements": (lambda: _with_rows(b"<x>" * 700_000 + b"</x>" * 700_000), {"unreadable"}),
    "a million elements": (lambda: _with_rows(b"<x/>" * 700_000), {"unreadable"}),
}  # fmt: skip
