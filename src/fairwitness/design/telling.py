"""The components that tell: notices, answers, codes, consent, states, tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from fairwitness.design.library import part, register
from fairwitness.design.shapes import in_fives, opening_lines

SHORT_LINE = (
    60  # an answer that stands at the edge of the page, whichever way it is written
)


@register.simple_block_tag
def notice(content: str) -> SafeString:
    """Set in one fact that changes a decision."""
    return part("notice", {"content": content})


@register.inclusion_tag("design/parts/confirmation.html")
def confirmation(sentence: str, *, heading: bool = True) -> dict[str, Any]:
    """Confirm in one sentence, as the heading of the page unless told otherwise."""
    return {"sentence": sentence, "heading": heading}


@register.inclusion_tag("design/parts/answer_card.html")
def answer_card(
    question: str, answer: str, change_url: str, *, readers: str = "", kept: str = ""
) -> dict[str, Any]:
    """Show an answer for checking: three lines, who can read it, how long, Change."""
    answer = str(answer or "")
    short = opening_lines(answer)
    return {
        "question": question,
        "answer": answer,
        "short": short,
        "is_cut": short != answer,
        "is_line": len(answer) <= SHORT_LINE and "\n" not in answer,
        "change_url": change_url,
        "readers": readers,
        "kept": kept,
    }


@register.inclusion_tag("design/parts/receipt_code.html")
def receipt_code(
    words: str | Sequence[str], digits: str, *, small: bool = False, show: str = "words"
) -> dict[str, Any]:
    """Show the code as a numbered list, with the same code as digits in fives."""
    words = words.split() if isinstance(words, str) else list(words)
    return {
        "line": format_html_join(" ", "<span>{}</span>", ((word,) for word in words)),
        "words": _numbered(words),
        "fives": _numbered(in_fives(digits)),
        "small": small,
        "show": show,
    }


def _numbered(parts: Iterable[str]) -> SafeString:
    """The parts of a code as numbered rows."""
    row = '<li><span class="n">{}</span> {}</li>'
    numbered = ((str(number), part) for number, part in enumerate(parts, start=1))
    return format_html_join("", row, numbered)


@register.inclusion_tag("design/parts/consent.html", takes_context=True)
def consent(context: Context, recipient: Any, action: str) -> dict[str, Any]:
    """Ask for consent to one recipient: name, who, what, package_url, why, until, take_back."""
    return {
        "recipient": recipient,
        "action": action,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("design/parts/status_tag.html")
def status_tag(word: str, shape: str = "empty") -> dict[str, Any]:
    """Say a state in a word with a shape: empty, half, full or stop."""
    return {"word": word, "shape": shape}


@register.inclusion_tag("design/parts/task_list.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    """List what is to do: each task has title, url, state and, when it waits, why.

    States: done, todo, waiting (with `waits_for`), blocked (with `why`).
    """
    return {"tasks": tasks}


@register.inclusion_tag("design/parts/timeline.html", takes_context=True)
def timeline(context: Context, steps: Iterable[Any]) -> dict[str, Any]:
    """List steps: each has `on`, `what` and may have who, how, note, undo_url, is_now."""
    return {"steps": steps, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("design/parts/data_table.html")
def data_table(
    caption: str,
    columns: Iterable[Any],
    rows: Iterable[Sequence[Any]],
    *,
    anchor: str = "table",
) -> dict[str, Any]:
    """Draw a table; a column has label and may have unit and is_number; cell one names its row."""
    columns = list(columns)
    return {
        "caption": caption,
        "columns": columns,
        "rows": [list(zip(columns, row, strict=True)) for row in rows],
        "id": anchor,
    }


@register.inclusion_tag("design/parts/promises.html")
def promises(rows: Iterable[Any]) -> dict[str, Any]:
    """Say whether we kept our word: each row has what, kept and, where it has one, of."""
    return {"rows": rows}


@register.inclusion_tag("design/parts/empty_state.html")
def empty_state(sentence: str, label: str = "", url: str = "") -> dict[str, Any]:
    """Say what will be here and what fills it, with one action at most."""
    return {"sentence": sentence, "label": label, "url": url}
