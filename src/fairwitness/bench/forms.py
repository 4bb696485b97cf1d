"""An invented questionnaire as large as the largest that is known to be in use."""

import csv
import io

CONTROLS = 485
OFTEN = 30  # questions of a group
_HEADINGS = ("type", "name", "label", "relevant", "constraint", "calculation")
_CHOICES = (("yes", "Yes"), ("no", "No"), ("dk", "I do not know"), ("ref", "Not said"))


def large_form() -> bytes:
    """Return a CSV with 485 controls and about 555 rules, in groups that hang on answers before."""
    rows: list[tuple[str, ...]] = []
    for number in range(CONTROLS):
        if number % OFTEN == 0:
            if number:
                rows.append(("end group",))
            rule = f"selected(${{q{number - 7}}}, 'yes') or ${{q{number - 6}}} > 3"
            rows.append(
                ("begin group", f"g{number}", f"Part {number}", rule if number else "")
            )
        rows.append(_question(number))
        if number % 12 == 11:  # noqa: PLR2004 as often as people calculate
            rows.append(("calculate", f"c{number}", "", "", "", _sum(number)))
    rows.append(("end group",))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([("survey",), ("", *_HEADINGS), *(("", *row) for row in rows)])
    listed = [("", "answers", *choice) for choice in _CHOICES]
    writer.writerows([("choices",), ("", "list_name", "name", "label"), *listed])
    return written.getvalue().encode()


def _question(number: int) -> tuple[str, ...]:
    name, label = f"q{number}", f"Question number {number}?"
    before = number - number % 6
    relevant = f"${{q{before}}} = 'yes'" if number % 6 else ""
    if number % 5 == 4:  # noqa: PLR2004
        relevant = (
            f"selected(${{q{before}}}, 'yes') and not(selected(${{q{before}}}, 'dk'))"
        )
    match number % 6:
        case 2:
            return ("integer", name, label, relevant, ". >= 0 and . <= 120")
        case 3:
            return (
                "text",
                name,
                label,
                relevant,
                "string-length(.) < 200" if number % 4 else "",
            )
        case 5:
            return (
                "select_multiple answers",
                name,
                label,
                relevant,
                "count-selected(.) < 3",
            )
    return ("select_one answers", name, label, relevant)


def _sum(number: int) -> str:
    named = [f"${{q{before}}}" for before in range(number - 9, number, 6)]
    return f"if({named[0]} = '', 0, {named[0]}) + string-length({named[-1]}) * 2"
