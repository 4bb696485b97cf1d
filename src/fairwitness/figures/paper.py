"""The edition on paper: an accessible PDF (PDF/UA-1), the same bytes each time."""

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst

from fairwitness.figures.definitions import RULES, STATUSES, UNIT_LABELS, UNITS
from fairwitness.figures.outline import LIMITS, PROMISE, Outline, Part
from fairwitness.figures.tables import TRAINING

_TEMPLATE = """
#let e = json(bytes(sys.inputs.edition))
#set document(title: e.title, author: e.owner, date: datetime(year: e.date.at(0), month: e.date.at(1), day: e.date.at(2)))
#set text(lang: "en", size: 10.5pt, fill: rgb("#1C2329"))
#set par(leading: 0.68em, spacing: 1em)
#set page(
  paper: "a4",
  margin: (x: 2.4cm, top: 2.4cm, bottom: 2.6cm),
  footer: context [
    #set text(size: 9pt, fill: rgb("#4A545C"))
    #e.footer #h(1fr) #counter(page).display("1 of 1", both: true)
  ],
)
#show heading.where(level: 1): set text(size: 21pt, weight: "semibold")
#show heading.where(level: 2): set text(size: 15pt, weight: "semibold")
#show heading.where(level: 2): set block(above: 2em, below: 0.9em)
#show heading.where(level: 3): set text(size: 10.5pt, weight: "semibold")
#show heading.where(level: 3): set block(above: 1.1em, below: 0.6em)
#show link: underline
#set table(stroke: (x, y) => (bottom: if y == 0 { 0.8pt + rgb("#6B747B") } else { 0.5pt + rgb("#C9C6BD") }), inset: (x: 7pt, y: 5pt))
#show table.cell.where(y: 0): set text(weight: "semibold")

#if e.training != none [
  #block(width: 100%, fill: rgb("#FBF0D9"), inset: 10pt, radius: 2pt)[#e.training]
]
= #e.title
#text(fill: rgb("#4A545C"))[#e.published]

#for line in e.lead [
  #text(size: 12.5pt)[#line]

]

#for part in e.parts [
  == #part.title
  #if part.picture != none {
    block(stroke: 0.5pt + rgb("#C9C6BD"), radius: 2pt, clip: true,
      image(part.picture.at(0), alt: part.picture.at(1), width: 100%))
  }
  #if part.head.len() > 0 {
    table(
      columns: (1fr,) + (auto,) * (part.head.len() - 1),
      align: (x, y) => if x in part.texts { left + bottom } else { right + bottom },
      table.header(..part.head.map(cell => [#cell])),
      ..part.rows.flatten().map(cell => [#cell]),
    )
  }
  #for remark in part.remarks [#remark

  ]
  === This says
  #list(..part.says.map(s => [#s]))
  === It does not say
  #list(..part.says_not.map(s => [#s]))
]

== How we count
#for (term, text) in e.units [
  *#term.* #text

]
#list(..e.rules.map(s => [#s]))

== Check it yourself
#for line in e.check [#line

]
"""


def paper(edition: Outline, *, folder: Path) -> bytes:
    """The PDF; the pictures are read from the folder of the edition."""
    plan = edition.plan
    midnight = datetime.datetime.combine(plan.published, datetime.time(), datetime.UTC)
    compiler = typst.Compiler(
        _TEMPLATE.encode(),
        root=folder,
        ignore_system_fonts=True,
        sys_inputs={"edition": json.dumps(_content(edition), ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=midnight)
    if not isinstance(pdf, bytes):
        raise TypeError("The edition was not printed.")
    return pdf


def _content(edition: Outline) -> dict[str, Any]:
    plan = edition.plan
    owner = plan.controller.name
    by = ", ".join(filter(None, (owner, plan.controller.registration)))
    published = f"Published {plan.day} by {by}."
    return {
        "title": plan.title,
        "owner": owner,
        "date": [plan.published.year, plan.published.month, plan.published.day],
        "footer": f"{owner}, edition {plan.number}"
        + (f". {TRAINING}" if plan.is_training else ""),
        "training": TRAINING if plan.is_training else None,
        "published": ". ".join(filter(None, (plan.place, published))),
        "lead": edition.lead,
        "parts": [_part(part) for part in edition.parts],
        "units": [[UNIT_LABELS[unit], text] for unit, text in UNITS.items()],
        "rules": [*STATUSES.values(), *RULES],
        "check": [PROMISE, LIMITS],
    }


def _part(part: Part) -> dict[str, Any]:
    grid, picture = part.grid, part.picture
    return {
        "title": part.title,
        "picture": picture
        and [f"/charts/{picture.name}-light.svg", picture.description],
        "head": _filled(grid.head) if grid else [],
        "rows": grid.rows if grid else [],
        "texts": [0, *(sorted(grid.text_columns) if grid else ())],
        "remarks": part.remarks,
        "says": part.says,
        "says_not": part.says_not,
    }


def _filled(head: Iterable[str]) -> list[str]:
    """A heading cell is never empty: who listens must hear where they are."""
    return [title or "What" for title in head]
