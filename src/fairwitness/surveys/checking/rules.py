"""What is wrong with the rules of a questionnaire, cell by cell."""

import re
from collections.abc import Iterator
from dataclasses import replace

from fairwitness.surveys import expressions
from fairwitness.surveys.checking.comparisons import comparison_findings
from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import TEXTS, Rule, rules_of
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.expressions.refusals import (
    BadExpression,
    TooCostly,
    Unsupported,
)
from fairwitness.surveys.expressions.registry import FUNCTIONS
from fairwitness.surveys.expressions.tokens import CURLY, tokenize
from fairwitness.surveys.logic import MOST_TIMES

# What other languages write for an operator, and what is written here.
_MEANT = {
    "&&": "and",
    "||": "or",
    "==": "=",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "&": "and",
    "!": "not(…)",
    "\u2265": ">=",
    "\u2264": "<=",
    "\u2260": "!=",
    "\u2212": "-",
    "\u2013": "-",
    "\u00d7": "*",
    "\u00f7": "div",
    "%": "mod",
    "^": "pow(…, …)",
    "is": "=",
    "equals": "=",
}
_WORDS = ("and", "or", "div", "mod", "not")
_BARE = re.compile(r"[^\W\d][\w.-]*")


def rule_findings(outline: Outline) -> Iterator[Finding]:
    """Everything that is wrong with single rules, and with ${…} in texts."""
    for rule in rules_of(outline):
        yield from _unknown_names(outline, rule)
        yield from _misread(rule) if rule.misread else _reading(outline, rule)
    for rule in _of_settings(outline):
        yield from _unknown_names(outline, rule)
        for one in _misread(rule) if rule.misread else _reading(outline, rule):
            is_harmless = (
                one.code == "bare-name"
            )  # empty everywhere, and not needed here
            yield replace(one, level=Level.WARNING) if is_harmless else one
    yield from _too_many_times(outline)
    for text in _texts(outline):
        yield from _unknown_names(outline, text)
        if text.misread:
            yield from _misread(text)


def _of_settings(outline: Outline) -> Iterator[Rule]:
    """The rule that names what was sent."""
    settings = outline.workbook.sheet("settings")
    for row in settings.rows[:1]:
        for heading, text in row.all_of("instance_name"):
            yield Rule(settings, Entry(row, "settings"), heading, text)


def _texts(outline: Outline) -> Iterator[Rule]:
    """Every text in which a question can be named."""
    rows = [(outline.survey, entry) for entry in outline.entries]
    rows += [(outline.choices, Entry(row, "choice")) for row in outline.choices.rows]
    for sheet, entry in rows:
        for meaning in TEXTS:
            for heading, text in entry.row.all_of(meaning):
                if "${" in text:
                    yield Rule(sheet, entry, heading, text)


def _misread(rule: Rule) -> Iterator[Finding]:
    written = rule.misread
    name = "".join(written.strip("${}").split())
    yield rule.says(
        "bad-reference",
        f"“{written[:40]}” is read by nobody: "
        + (
            "it holds a space."
            if written.endswith("}")
            else "its bracket is never closed."
        ),
        f"Write ${{{name[:40]}}}.",
    )


def _too_many_times(outline: Outline) -> Iterator[Finding]:
    for entry in outline.entries:
        for heading, text in entry.row.all_of("repeat_count"):
            if text.isdigit() and (
                len(text) > len(str(MOST_TIMES)) or int(text) > MOST_TIMES
            ):
                yield Rule(outline.survey, entry, heading, text).says(
                    "too-many-times",
                    f"This would be asked {text[:20]} times; at most {MOST_TIMES} times can be.",
                    f"Write {MOST_TIMES} or less.",
                )


def _unknown_names(outline: Outline, rule: Rule) -> Iterator[Finding]:
    for name in dict.fromkeys(rule.names):
        bare = name.removeprefix("last-saved#")
        known = outline.named.get(bare, ())
        if not known:
            yield rule.says(
                "unknown-question",
                f"There is no question “{bare}”.",
                f"{meant(bare, list(outline.named))}Correct the name, or take it out.",
            )
        elif len(known) > 1 and not _is_near(rule.entry, known):
            yield rule.says(
                "ambiguous-question",
                f"“{bare}” is the name of {len(known)} questions.",
                "Give each of them a name of its own.",
            )


def _is_near(entry: Entry, known: tuple[Entry, ...]) -> bool:
    """Whether exactly one of these questions lies in the same group."""
    beside = [one for one in known if one.parents == entry.parents]
    return len(beside) == 1


def _reading(outline: Outline, rule: Rule) -> Iterator[Finding]:
    try:
        compiled = expressions.compile(rule.plain)
    except Unsupported as refused:
        yield _unsupported(rule, refused)
        return
    except BadExpression as refused:
        yield _unreadable(rule, refused)
        return
    except TooCostly as refused:
        yield rule.says("too-costly", str(refused), "Write the rule in another way.")
        return
    yield from comparison_findings(outline, rule, tokenize(rule.plain))
    if rule.heading.meaning == "choice_filter":
        yield from _filter_columns(outline, rule, compiled.paths)
    else:
        yield from _unknown_paths(outline, rule, compiled.paths)


def _unknown_paths(
    outline: Outline, rule: Rule, paths: frozenset[str]
) -> Iterator[Finding]:
    """Names that stand in a rule as they are, and lead to no question."""
    for path in sorted(paths):
        name = path.rsplit("/", 1)[-1]
        is_bare = "/" not in path and path not in rule.words and _BARE.fullmatch(path)
        is_inside = is_bare and bool(rule.entry.edge) and name in outline.named
        if is_bare and not is_inside:
            yield rule.says(
                "bare-name", f"“{name}” leads to no question.", _instead(outline, name)
            )
        elif (
            path.startswith("/")
            and _BARE.fullmatch(name)
            and "/meta/" not in path
            and name not in outline.named
            and path.count("/") > 1
        ):
            yield rule.says(
                "unknown-question",
                f"There is no question “{name}”.",
                f"{meant(name, list(outline.named))}Correct the name, or take it out.",
            )


def _instead(outline: Outline, name: str) -> str:
    """How to mend a name that stands in a rule as it is."""
    if name in outline.named:
        return f"Write ${{{name}}}."
    if name.lower() in FUNCTIONS:
        return f"Write {name.lower()}(…), with its brackets."
    return "Write '…' around a text, and '' for an empty answer."


def _unsupported(rule: Rule, refused: Unsupported) -> Finding:
    found = re.fullmatch(r"The function (.+)\(\)", refused.what)
    if found:
        name = found.group(1)
        return rule.says(
            "unknown-function",
            f"There is no function {name}().",
            f"{meant(name, list(FUNCTIONS))}docs/questionnaires.md lists the functions.",
        )
    return rule.says("unsupported-rule", str(refused), "Write the rule without it.")


def _unreadable(rule: Rule, refused: BadExpression) -> Finding:
    code, fix = _slip(rule.plain, refused.at)
    near = rule.text[max(0, refused.at - 12) : refused.at + 12].strip()
    where = f" It is near “{near}”." if near else ""
    message = str(refused)
    for word, name in rule.words.items():
        message = message.replace(f"'{word}'", f"${{{name}}}")
    return rule.says(code, f"{message}{where}", fix)


def _slip(text: str, at: int) -> tuple[str, str]:
    sign = text[at : at + 1]
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    if sign and sign in CURLY:
        return "curly-quotes", "Type ' or \" in a plain text editor, and copy it here."
    written, better = _operator(text, at)
    if better:
        return "wrong-operator", f"Write {better} instead of {written}."
    if bare.count("(") != bare.count(")"):
        return "unbalanced-brackets", "Count the brackets: each ( needs its ) ."
    if not sign:
        return "ends-early", "Write what belongs behind the last sign, or take it out."
    return "unreadable-rule", "Compare it with the examples of the XLSForm reference."


def _operator(text: str, at: int) -> tuple[str, str]:
    """What stands at this place as an operator, and how it is written here."""
    word = _BARE.match(text, at)
    if word is not None:
        written = word.group()
        lowered = written.lower()
        if lowered in _WORDS and written != lowered:
            return written, lowered
        return written, _MEANT.get(lowered, "")
    pairs = (text[at : at + 2], text[max(at - 1, 0) : at + 1], text[at : at + 1])
    return next(((one, _MEANT[one]) for one in pairs if one in _MEANT), ("", ""))


def _filter_columns(
    outline: Outline, rule: Rule, paths: frozenset[str]
) -> Iterator[Finding]:
    if rule.entry.is_from_file and "external" not in rule.entry.word:
        return
    is_external = "external" in rule.entry.word
    sheet = outline.workbook.sheet("external_choices" if is_external else "choices")
    known = {one.written for one in sheet.headings} | {"name", "label", "value", "."}
    for path in sorted(paths):
        is_plain = "/" not in path and path not in rule.words
        if (
            is_plain
            and path not in known
            and not path.startswith(("@", "instance(", "current("))
        ):
            yield rule.says(
                "unknown-column",
                f"The sheet {sheet.name} has no column “{path}” to filter by.",
                f"{meant(path, list(known))}Add the column, or correct the name.",
            )
