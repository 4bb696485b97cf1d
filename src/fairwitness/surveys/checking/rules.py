"""What is wrong with the rules of a questionnaire, cell by cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from fairwitness.surveys import expressions
from fairwitness.surveys.checking.finding import Finding
from fairwitness.surveys.checking.outline import NO, YES, Entry, Outline
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.checking.workbook import Heading, Row, Sheet
from fairwitness.surveys.expressions.refusals import (
    BadExpression,
    TooCostly,
    Unsupported,
)
from fairwitness.surveys.expressions.registry import FUNCTIONS
from fairwitness.surveys.expressions.tokens import Kind, Token, tokenize
from fairwitness.surveys.logic import MOST_TIMES

RULES = (
    "relevant",
    "constraint",
    "required",
    "read_only",
    "calculation",
    "repeat_count",
    "choice_filter",
    "default",
)
TEXTS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
NAMED = re.compile(r"\$\{\s*((?:last-saved#)?[^{}$\s]{0,255})\s*\}")
_FILL = "_"
_CURLY = "\u2018\u2019\u201c\u201d"
_PLAIN = re.compile(r"[\w .,:/@+-]*")
_IS = {"=", "!="}
_BARE = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True)
class Rule:
    """One cell that holds a rule."""

    sheet: Sheet
    entry: Entry
    heading: Heading
    text: str

    @property
    def row(self) -> Row:
        """The row it stands in."""
        return self.entry.row

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The questions it names as ${…}."""
        return tuple(NAMED.findall(self.text))

    @cached_property
    def plain(self) -> str:
        """The rule with each ${name} as a word of the same length, so that places stay."""
        return NAMED.sub(
            lambda found: _word(found.group(1), len(found.group())), self.text
        )

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Which question each of these words stands for."""
        return {
            _word(found.group(1), len(found.group())): found.group(1)
            for found in NAMED.finditer(self.text)
        }

    def says(self, code: str, message: str, fix: str = "") -> Finding:
        """Say that something is wrong with this rule."""
        return self.sheet.says(code, message, fix, row=self.row, at=self.heading)


def _word(name: str, length: int) -> str:
    safe = re.sub(r"[^\w.-]", _FILL, name)
    return f"Q{_FILL}{safe}".ljust(length, _FILL)


def rules_of(outline: Outline) -> Iterator[Rule]:
    """Every rule of the form; yes, no, a number and a plain default are none."""
    for entry in outline.entries:
        for meaning in RULES:
            for heading, text in entry.row.all_of(meaning):
                if not _is_plain(meaning, text):
                    yield Rule(outline.survey, entry, heading, text)


def _is_plain(meaning: str, text: str) -> bool:
    lowered = text.lower()
    if meaning in {"required", "read_only", "relevant", "constraint"} and (
        lowered in YES | NO
    ):
        return True
    if meaning == "repeat_count":
        return text.isdigit()
    if meaning == "default":
        is_dynamic = "${" in text or re.search(r"[\w-]\(", text)
        return not is_dynamic or _PLAIN.fullmatch(text) is not None
    return False


def rule_findings(outline: Outline) -> Iterator[Finding]:
    """Everything that is wrong with single rules, and with ${…} in texts."""
    for rule in rules_of(outline):
        yield from _unknown_names(outline, rule)
        yield from _reading(outline, rule)
    yield from _too_many_times(outline)
    for entry in outline.entries:
        for meaning in TEXTS:
            for heading, text in entry.row.all_of(meaning):
                shown = Rule(outline.survey, entry, heading, text)
                yield from _unknown_names(outline, shown)


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
    tokens = tokenize(rule.plain)
    yield from _comparisons(outline, rule, tokens)
    yield from _selections(outline, rule, tokens)
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
                "bare-name",
                f"“{name}” leads to no question.",
                f"Write ${{{name}}}."
                if name in outline.named
                else "Write '…' around a text, and '' for an empty answer.",
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
    return rule.says(code, f"{refused}{where}", fix)


def _slip(text: str, at: int) -> tuple[str, str]:
    sign = text[at : at + 1]
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    if sign and sign in _CURLY:
        return "curly-quotes", "Type ' or \" in a plain text editor, and copy it here."
    if sign == "&" or text[at : at + 2] == "||":
        return "wrong-operator", "Write and, or."
    if text[at : at + 2] == "==":
        return "wrong-operator", "Write = once."
    if bare.count("(") != bare.count(")"):
        return "unbalanced-brackets", "Count the brackets: each ( needs its ) ."
    if not sign:
        return "ends-early", "Write what belongs behind the last sign, or take it out."
    return "unreadable-rule", "Compare it with the examples of the XLSForm reference."


def _comparisons(
    outline: Outline, rule: Rule, tokens: list[Token]
) -> Iterator[Finding]:
    for at, sign in enumerate(tokens[1:-1], start=1):
        if sign.kind is not Kind.SIGN or sign.value not in _IS:
            continue
        for here, there in ((at - 1, at + 1), (at + 1, at - 1)):
            asked, literal = _question(outline, rule, tokens, here), tokens[there]
            value = _value(literal)
            if asked is None or not value:
                continue
            if asked.is_multiple:
                yield rule.says(
                    "equals-on-multiple",
                    f"“{asked.name}” can have several answers, so {sign.value} fails when more than one is chosen.",
                    f"Write selected(${{{asked.name}}}, '{value}').",
                )
            yield from _unknown_choice(outline, rule, asked, value)


def _selections(outline: Outline, rule: Rule, tokens: list[Token]) -> Iterator[Finding]:
    for at, token in enumerate(tokens[:-5]):
        call = tokens[at : at + 6]
        if token.value != "selected" or [one.value for one in call[1::2]] != [
            "(",
            ",",
            ")",
        ]:
            continue
        asked = _question(outline, rule, tokens, at + 2)
        if asked is not None and call[4].kind is Kind.TEXT and call[4].value:
            yield from _unknown_choice(outline, rule, asked, call[4].value)


def _unknown_choice(
    outline: Outline, rule: Rule, asked: Entry, value: str
) -> Iterator[Finding]:
    known = outline.choices_of(asked)
    is_no_number = value == "NaN"  # how an empty answer reads as a number
    if known is not None and value not in known and not is_no_number:
        yield rule.says(
            "unknown-choice",
            f"“{value}” is no choice of “{asked.name}”.",
            f"{meant(value, list(known))}The list is {asked.list_name}.",
        )


def _question(
    outline: Outline, rule: Rule, tokens: list[Token], at: int
) -> Entry | None:
    """The one question that a word of a rule stands for: ${name}, or . for its own."""
    word = tokens[at]
    around = {
        one.value for one in (*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2])
    }
    if (
        word.kind is Kind.SIGN
        and word.value == "."
        and rule.heading.meaning == "constraint"
    ):
        return None if "/" in around else rule.entry
    name = rule.words.get(word.value) if word.kind is Kind.NAME else None
    if name is None or "/" in around:
        return None
    known = outline.named.get(name, ())
    return known[0] if len(known) == 1 else None


def _value(token: Token) -> str:
    if token.kind is Kind.TEXT:
        return token.value
    if token.kind is Kind.NUMBER and token.value.isdigit():
        return token.value
    return ""


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
