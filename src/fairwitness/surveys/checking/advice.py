"""What a questionnaire should not ask, and what behaves differently elsewhere."""

import re
from collections.abc import Iterator
from itertools import pairwise

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import Rule, rules_of
from fairwitness.surveys.expressions.refusals import BadExpression
from fairwitness.surveys.expressions.tokens import Kind, Token, tokenize

# Types that take more than an answer, with what they take.
_TAKES = {
    "deviceid": "the number of somebody's device",
    "imei": "the number of somebody's device",
    "phonenumber": "somebody's phone number",
    "simserial": "the number of somebody's SIM card",
    "subscriberid": "the number of somebody's contract",
    "username": "the name under which somebody is signed in",
    "email": "somebody's address",
    "audit": "when and where each question was answered",
    "geopoint": "an exact place",
    "geotrace": "an exact way",
    "geoshape": "an exact area",
    "start-geopoint": "where somebody is, without asking",
    "background-geopoint": "where somebody is, without asking",
    "background-audio": "what is said around somebody, without asking",
}
_PLACES = {"geopoint", "geotrace", "geoshape"}
_WORKED_OUT = {"calculate", "hidden", "csv-external", "xml-external"}
# What a text question may ask for that identifies somebody; in English, by whole words.
_IDENTIFIES = (
    (r"(full|home|postal|street|residential)[ _]address|postcode|zip[ _]?code", "a full address"),
    (r"(full|first|last|family|given)[ _]names?|surname|your name", "a name"),
    (r"(tele)?phone|mobile|whats ?app", "a phone number"),
    (r"e-?mail", "an e-mail address"),
    (r"date[ _]of[ _]birth|birth ?date|dob", "a date of birth"),
    (r"passport|national[ _]id|id[ _](card|number)|social[ _]security|ssn", "a number of an identity paper"),
)  # fmt: skip
# Functions that take all answers of a repeat together.
_GATHER = {
    *("sum", "count", "count-non-empty", "min", "max", "join", "concat"),
    *(
        "indexed-repeat",
        "randomize",
        "checklist",
        "weighted-checklist",
        "area",
        "distance",
    ),
}
_TYPED = {"text", "string", "integer", "int", "decimal", "date", "barcode"}


def privacy_findings(outline: Outline) -> Iterator[Finding]:
    """Warnings where a question asks for more than it may need."""
    for entry in outline.entries:
        word = entry.word.lower().removeprefix("uri:")
        taken = _TAKES.get(word)
        if taken:
            is_asked = word in _PLACES
            yield outline.survey.says(
                "takes-too-much",
                f"This takes {taken}."
                f" {'Here it is kept to about a kilometre.' if is_asked else 'Here it stays empty.'}",
                "Leave it out, or ask for the coarsest place that serves."
                if "geo" in word
                else "Leave it out: nothing here needs it.",
                row=entry.row,
                at="type",
                level=Level.WARNING,
            )
        elif entry.is_silent and word not in _WORKED_OUT:
            yield outline.survey.says(
                "not-kept",
                "Rules of the form can use this; it is not kept.",
                "Leave it out if no rule uses it.",
                row=entry.row,
                at="type",
                level=Level.WARNING,
            )
        elif entry.word.lower() in _TYPED:
            yield from _identifying(outline, entry)
    yield from _purposes(outline)


def _identifying(outline: Outline, entry: Entry) -> Iterator[Finding]:
    asked = " ".join([entry.name, *(text for _one, text in entry.row.all_of("label"))])
    section = next(
        (
            text
            for one, text in entry.row.texts.items()
            if one.meaning == "bind::fw:section"
        ),
        "",
    )
    for pattern, what in _IDENTIFIES:
        if section != "identity" and re.search(
            rf"\b(?:{pattern})\b", asked.replace("_", " ").lower()
        ):
            yield outline.survey.says(
                "identifies",
                f"This asks for {what}, which tells who somebody is.",
                "Leave it out, ask for something coarser, or put it into the section identity.",
                row=entry.row,
                at="label",
                level=Level.WARNING,
            )
            return


def _purposes(outline: Outline) -> Iterator[Finding]:
    survey = outline.survey
    heading = survey.heading("bind::fw:purpose")
    asked = [one for one in outline.entries if one.is_shown and one.word != "note"]
    if heading is None and asked:
        yield survey.says(
            "no-purpose",
            f"None of the {len(asked)} questions says what it is asked for.",
            "Add the column bind::fw:purpose; docs/questionnaires.md says what to write.",
            level=Level.WARNING,
        )
    elif heading is not None:
        for entry in asked:
            if not entry.row["bind::fw:purpose"] and not any(
                one.row["bind::fw:purpose"] for one in entry.parents
            ):
                yield survey.says(
                    "no-purpose",
                    "It is not said what this is asked for.",
                    "Write the purpose, or leave the question out.",
                    row=entry.row,
                    at=heading,
                    level=Level.WARNING,
                )


def portability_findings(outline: Outline) -> Iterator[Finding]:
    """Warnings where a rule gives another result in ODK Collect than here."""
    for rule in rules_of(outline):
        try:
            tokens = tokenize(rule.plain)
        except BadExpression:
            continue
        what_differs = [*_differences(tokens), *_repeated(outline, rule, tokens)]
        for what in dict.fromkeys(what_differs):
            yield rule.sheet.says(
                "differs-in-collect",
                what,
                "Write the rule in another way if this form is used there too.",
                row=rule.row,
                at=rule.heading,
                level=Level.WARNING,
            )


def _differences(tokens: list[Token]) -> Iterator[str]:
    for at, token in enumerate(tokens):
        following = [one.value for one in tokens[at + 1 : at + 3]]
        if token.kind is Kind.NAME and following[:1] == ["("]:
            yield from _function_differences(tokens, at)
        elif token.kind is Kind.SIGN and token.value == "//":
            yield "ODK Collect does not know //."
        elif token.kind is Kind.SIGN and token.value == "@":
            yield "ODK Collect does not read attributes (@)."
        elif token.kind is Kind.SIGN and token.value == "|":
            yield "ODK Collect does not know |."


def _repeated(outline: Outline, rule: Rule, tokens: list[Token]) -> Iterator[str]:
    """Questions of a repeat that are named from outside it, and not counted or summed."""
    calls: list[str] = []
    for before, token in pairwise(tokens):
        if token.value == "(":
            calls.append(before.value if before.kind is Kind.NAME else "")
        elif token.value == ")" and calls:
            calls.pop()
        name = rule.words.get(token.value)
        if name and not _GATHER & {*calls} and _is_far(outline, rule.entry, name):
            yield f"ODK Collect stops here as soon as “{name}” stands there more than once."
    first = rule.words.get(tokens[0].value)
    if first and _is_far(outline, rule.entry, first):
        yield f"ODK Collect stops here as soon as “{first}” stands there more than once."


def _is_far(outline: Outline, entry: Entry, name: str) -> bool:
    known = outline.named.get(name, ())
    if len(known) != 1 or known[0].edge:
        return False
    around = {*entry.parents, entry}
    return any(one.word == "repeat" and one not in around for one in known[0].parents)


def _function_differences(tokens: list[Token], at: int) -> Iterator[str]:
    name = tokens[at].value
    if name == "regex":
        pattern = _last_text(tokens, at)
        if pattern is not None and not (
            pattern.startswith("^") and pattern.endswith("$")
        ):
            yield "ODK Collect compares a pattern with the whole text; here it may stand anywhere in it."
    elif name == "boolean-from-string":
        yield "ODK Collect takes TRUE in capitals for true; here it is false."
    elif name == "coalesce" and _commas(tokens, at) != 1:
        yield "ODK Collect takes two values in coalesce(), no more and no less."
    elif name == "current" and [one.value for one in tokens[at + 3 : at + 4]] != ["/"]:
        yield "ODK Collect knows current() only with a path behind it: current()/.."
    elif name in {"last", "floor", "ceiling"}:
        yield f"ODK Collect does not know {name}()."


def _commas(tokens: list[Token], at: int) -> int:
    """How many commas stand between the brackets of this call itself."""
    depth = found = 0
    for token in tokens[at + 1 :]:
        value = token.value if token.kind is Kind.SIGN else ""
        depth += (value == "(") - (value == ")")
        found += value == "," and depth == 1
        if not depth:
            break
    return found


def _last_text(tokens: list[Token], at: int) -> str | None:
    depth = 0
    for place in range(at + 1, len(tokens)):
        value = tokens[place].value if tokens[place].kind is Kind.SIGN else ""
        depth += (value == "(") - (value == ")")
        if not depth:
            before = tokens[place - 1]
            return before.value if before.kind is Kind.TEXT else None
    return None
