"""The page of an edition: one HTML file that needs nothing but the folder it lies in."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from fairwitness.figures.charts import Picture
from fairwitness.figures.definitions import RULES, STATUSES, UNIT_LABELS, UNITS
from fairwitness.figures.outline import LIMITS, PROMISE, Grid, Outline, Part
from fairwitness.figures.tables import TRAINING

STYLE = """
:root{color-scheme:light dark;--page:#FBFAF7;--surface:#FFFFFF;--sunk:#F1EFE9;--ink:#1C2329;--ink-2:#4A545C;--line:#C9C6BD;--edge:#6B747B;--link:#0F5A7A;--accent-soft:#E3EFF1;--warn-soft:#FBF0D9;--focus:#FFD24A;--ring:#1C2329}
@media (prefers-color-scheme:dark){:root{--page:#14191D;--surface:#1C2328;--sunk:#101417;--ink:#ECE9E2;--ink-2:#B3BBC0;--line:#3A434A;--edge:#8A949B;--link:#7CC4E0;--accent-soft:#17343B;--warn-soft:#33270F;--ring:#14191D}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1.125rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic","Noto Sans Hebrew",Arial,sans-serif}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 16px}
p,li,dd{max-width:34rem}
h1{font-size:1.625rem;line-height:1.2;font-weight:650;margin:32px 0 8px}
h2{font-size:1.375rem;line-height:1.3;font-weight:600;margin:0 0 16px}
h3{font-size:1.125rem;font-weight:600;margin:16px 0 4px}
p{margin:0 0 12px}ul{margin:0 0 12px;padding-inline-start:24px}
a{color:var(--link);text-underline-offset:2px}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--focus);outline-offset:3px;box-shadow:0 0 0 3px var(--ring)}
.training{background:var(--warn-soft);margin:0;max-width:none;padding:12px 16px;text-align:start}
.skip{position:absolute;inset-inline-start:-999px}.skip:focus{position:static;display:inline-block;margin:12px 16px}
.quiet{color:var(--ink-2);font-size:1rem}
.lead{font-size:1.25rem;line-height:1.4;max-width:44rem}
section{background:var(--surface);border:1px solid var(--line);border-radius:4px;padding:24px 16px;margin:0 0 24px}
figure{margin:0 0 16px;overflow-x:auto}img{max-width:100%;height:auto;display:block}
.box{overflow-x:auto;margin:0 0 16px}
nav ul{columns:16rem 2}
table{position:relative;border-collapse:collapse;font-size:1rem;line-height:1.4;min-width:20rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:8px 16px 8px 0;border-bottom:1px solid var(--line);text-align:start;vertical-align:top}
thead th{border-bottom:1px solid var(--edge);vertical-align:bottom;font-weight:600}
tbody th{font-weight:400}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
dt{font-weight:600}dd{margin:0 0 12px}
code{font-size:1rem;overflow-wrap:anywhere}
footer{padding-bottom:48px}
@media (min-width:48em){.said{display:grid;grid-template-columns:1fr 1fr;gap:32px}}
@media (min-width:40em){body{font-size:1.1875rem}h1{font-size:2.125rem}h2{font-size:1.5625rem}section{padding:32px}main,header,footer{padding-inline:24px}}
@media print{section{break-inside:avoid;border:0;padding:0}.skip{display:none}}
"""


def style_source() -> str:
    """The style of the page as a source for a Content-Security-Policy header."""
    return f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"


def page(edition: Outline) -> str:
    """The edition as HTML."""
    plan = edition.plan
    owner = escape(plan.controller.name)
    registration = escape(plan.controller.registration)
    banner = f'<aside class="training">{TRAINING}</aside>\n' if plan.is_training else ""
    place = f"{escape(plan.place)}. " if plan.place else ""
    answers = (
        f"{owner}, registered under {registration}. " if registration else f"{owner}. "
    )
    contents = "".join(
        f'<li><a href="#{part.key}">{escape(part.title)}</a></li>'
        for part in edition.parts
    )
    return f"""<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(plan.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the figures</a>
{banner}<header>
<h1>{escape(plan.title)}</h1>
<p class="quiet">{place}Published {plan.day} by {answers}{escape(plan.controller.contact)}</p>
</header>
<main id="content">
<p class="lead">{"<br>".join(map(escape, edition.lead))}</p>
<nav aria-label="In this edition"><ul>{contents}<li><a href="#how">How we count</a></li><li><a href="#check">Check it yourself</a></li></ul></nav>
{"".join(map(_part, edition.parts))}{_how()}{_check(edition)}</main>
<footer><p class="quiet">{escape(plan.title)}, {owner}. Printed: <a href="edition.pdf">edition.pdf</a>. All of it: <a href="datapackage.json">datapackage.json</a>, <a href="edition.json">edition.json</a>.</p></footer>
</body>
</html>
"""


def _part(part: Part) -> str:
    files = ", ".join(
        f'<a href="{name}">{name.removeprefix("tables/")}</a>' for name in part.files
    )
    remarks = "".join(f"<p>{escape(remark)}</p>\n" for remark in part.remarks)
    return f"""<section id="{part.key}" aria-labelledby="{part.key}-h">
<h2 id="{part.key}-h">{escape(part.title)}</h2>
{_picture(part.picture)}{_grid(part.grid)}{remarks}<div class="said"><div><h3>This says</h3>
{_list(part.says)}</div><div><h3>It does not say</h3>
{_list(part.says_not)}</div></div><p class="quiet">The numbers: {files}</p>
</section>
"""


def _picture(picture: Picture | None) -> str:
    if picture is None:
        return ""
    alt = escape(f"{picture.description} The table below holds the same numbers.")
    return f"""<figure><picture>
<source media="(prefers-color-scheme: dark)" srcset="charts/{picture.name}-dark.svg">
<img src="charts/{picture.name}-light.svg" alt="{alt}" width="680">
</picture></figure>
"""


def _grid(grid: Grid | None) -> str:
    if grid is None:
        return ""
    head = "".join(
        f'<th scope="col"{_number_class(place, grid)}>{escape(title)}</th>'
        if title
        else "<td></td>"
        for place, title in enumerate(grid.head)
    )
    rows = "\n".join(
        "<tr>"
        + f'<th scope="row">{escape(row[0])}</th>'
        + "".join(
            f"<td{_number_class(place, grid)}>{escape(value)}</td>"
            for place, value in enumerate(row[1:], start=1)
        )
        + "</tr>"
        for row in grid.rows
    )
    caption = escape(grid.caption)
    return f"""<div class="box" role="region" tabindex="0" aria-label="Table: {caption}"><table>
<caption>{caption}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
"""


def _number_class(place: int, grid: Grid) -> str:
    return "" if place == 0 or place in grid.text_columns else ' class="n"'


def _how() -> str:
    units = "".join(
        f"<dt>{escape(UNIT_LABELS[unit])}</dt><dd>{escape(text)}</dd>"
        for unit, text in UNITS.items()
    )
    return f"""<section id="how" aria-labelledby="how-h">
<h2 id="how-h">How we count</h2>
<dl>{units}</dl>
{_list(STATUSES.values())}{_list(RULES)}</section>
"""


def _check(edition: Outline) -> str:
    least = edition.plan.least
    return f"""<section id="check" aria-labelledby="check-h">
<h2 id="check-h">Check it yourself</h2>
<p>{escape(PROMISE)}</p>
<p>{escape(LIMITS)}</p>
<p>With the programme that made it: <code>fairwitness verify FOLDER</code>. Without: the SHA-256 of each file stands in <a href="edition.json">edition.json</a>, and the number of lines under a row in the files of the folder <code>tags</code> is the number in that row.</p>
<p>A number from 1 to {least - 1} is never shown, nor one from which it could be worked out. In the tables it is an empty field with the mark [c].</p>
</section>
"""


def _list(sentences: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{lines}</ul>\n"
