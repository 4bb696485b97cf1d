"""What is compared with what: choices that no list has, and = where several are chosen."""

from collections.abc import Iterator

from fairwitness.surveys.checking.finding import Finding
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import Rule
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.expressions.tokens import Kind, Token

_IS = {"=", "!="}

_READERS = {"instance", "pulldata"}


def comparison_findings(
    outline: Outline, rule: Rule, tokens: list[Token]
) -> Iterator[Finding]:
    """Everything that is wrong with what one rule compares."""
    yield from _comparisons(outline, rule, tokens)
    yield from _selections(outline, rule, tokens)
    yield from _lists(outline, rule, tokens)
    yield from _always_true(rule, tokens)
    yield from _unquoted(rule, tokens)


def _comparisons(
    outline: Outline, rule: Rule, tokens: list[Token]
) -> Iterator[Finding]:
    for at, sign in enumerate(tokens[1:-1], start=1):
        if sign.kind is not Kind.SIGN or sign.value not in _IS:
            continue
        before, behind = _inner(tokens, at, -1), _inner(tokens, at, 1)
        for here, there in ((before, behind), (behind, before)):
            asked = _question(outline, rule, tokens, here)
            value, other = (
                _value(tokens[there]),
                _question(outline, rule, tokens, there),
            )
            if asked is None or not (value or other):
                continue
            if asked.is_multiple and not (other and other.is_multiple):
                sought = f"${{{other.name}}}" if other else f"'{value}'"
                yield rule.says(
                    "equals-on-multiple",
                    f"“{asked.name}” can have several answers, so {sign.value} fails when more than one is chosen.",
                    f"Write selected(${{{asked.name}}}, {sought}).",
                )
            if value:
                yield from _unknown_choice(outline, rule, asked, value)


def _inner(tokens: list[Token], at: int, step: int) -> int:
    """Where the one word stands that is compared here, in whatever brackets; else what is next."""
    outer, inner = (")", "(") if step < 0 else ("(", ")")
    place, depth = at + step, 0
    while 0 < place < len(tokens) - 1 and _opens(tokens, place, outer):
        depth += tokens[place].value == outer
        place += step
    far = place
    for _bracket in range(depth):
        far += step
        if not 0 <= far < len(tokens) or tokens[far].value != inner:
            return at + step
    is_called = step < 0 and depth and far > 0 and _calls(tokens[far - 1])
    return at + step if is_called else place


def _calls(token: Token) -> bool:
    """Whether brackets behind this word belong to a function that makes something else of it."""
    return token.kind is Kind.NAME and token.value not in {"and", "or", "string"}


def _opens(tokens: list[Token], place: int, bracket: str) -> bool:
    token, following = tokens[place], tokens[place + 1]
    if token.value == "string" and following.value == "(":
        return bracket == "("
    return token.kind is Kind.SIGN and token.value == bracket


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


def _lists(outline: Outline, rule: Rule, tokens: list[Token]) -> Iterator[Finding]:
    """Lists that instance() and pulldata() name: each has to be there when the form is read."""
    for call, bracket, named, behind in zip(
        tokens, tokens[1:], tokens[2:], tokens[3:], strict=False
    ):
        if call.value not in _READERS or bracket.value != "(":
            continue
        if named.kind is not Kind.TEXT or behind.value not in {",", ")"}:
            yield rule.says(
                "unsupported-rule",
                f"Which list {call.value}() reads has to stand in the rule itself.",
                "Write the name of the list between quotes.",
            )
        elif call.value == "instance" and named.value not in outline.instances:
            yield rule.says(
                "unknown-list",
                f"There is no list “{named.value}”.",
                f"{meant(named.value, list(outline.instances))}Correct the name, or add the list.",
            )


def _always_true(rule: Rule, tokens: list[Token]) -> Iterator[Finding]:
    """A text alone behind and, or: … = 'yes' or 'no' is true whatever is answered."""
    for joint, text, behind in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_joint = joint.kind is Kind.NAME and joint.value in {"and", "or"}
        is_alone = behind.kind is Kind.END or behind.value in {
            ")",
            "]",
            ",",
            "and",
            "or",
        }
        if is_joint and is_alone and text.kind is Kind.TEXT and text.value:
            yield rule.says(
                "always-true",
                f"“{text.value}” stands alone behind {joint.value}, and a text alone is always true.",
                f"Say what it is compared with again: … {joint.value} ${{name}} = '{text.value}'.",
            )


def _unquoted(rule: Rule, tokens: list[Token]) -> Iterator[Finding]:
    """jr:choice-name(…, ${name}) without quotes: it takes the answer for the question."""
    for at, token in enumerate(tokens):
        if token.value != "jr:choice-name":
            continue
        depth = 0
        for place in range(at + 1, len(tokens) - 1):
            sign = tokens[place].value if tokens[place].kind is Kind.SIGN else ""
            depth += (sign == "(") - (sign == ")")
            if not depth:
                break
            if sign == "," and depth == 1 and tokens[place + 1].kind is not Kind.TEXT:
                name = rule.words.get(tokens[place + 1].value, "name")
                yield rule.says(
                    "unsupported-rule",
                    "jr:choice-name() needs the question itself, and without quotes gets its answer.",
                    f"Write '${{{name}}}' with quotes around it, behind the comma.",
                )
