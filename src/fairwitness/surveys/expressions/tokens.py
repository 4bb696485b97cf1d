"""Cuts an expression into its words."""

import re
from dataclasses import dataclass
from enum import Enum

from fairwitness.surveys.expressions.refusals import BadExpression, Unsupported


class Kind(Enum):
    """What a word of an expression is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, and where it begins."""

    kind: Kind
    value: str
    at: int


_NAME = r"[^\W\d][\w.\-]*"
_WORD = re.compile(
    rf"""
    (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    |(?P<sign>//|::|!=|<=|>=|\.\.|[/.@()\[\],|+\-=<>*])
    """,
    re.VERBOSE,
)
# What programs and keyboards write for ' and ".
CURLY = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u00ab\u00bb\u2039\u203a`\u00b4"
_SLIPS = {
    **dict.fromkeys(CURLY, "Use straight quotes (' or \") instead of curly ones."),
    "&": "Write 'and' instead of &&.",
    '"': "This quote is never closed.",
    "'": "This quote is never closed.",
    "!": "Write not(…) instead of !, and != for 'is not'.",
    "{": "This name in curly brackets is not a question of the form.",
}


def tokenize(expression: str) -> list[Token]:
    """Return the words of an expression, the last one being the end."""
    tokens: list[Token] = []
    at = 0
    while at < len(expression):
        if expression[at].isspace():
            at += 1
            continue
        found = _WORD.match(expression, at)
        if found is None:
            raise _slip(expression, at)
        kind = Kind(found.lastgroup)
        value = found.group()
        if kind is Kind.TEXT:
            value = value[1:-1]
        _refuse_doubled(tokens, value, kind, at)
        tokens.append(Token(kind, value, at))
        at = found.end()
    tokens.append(Token(Kind.END, "", len(expression)))
    return tokens


def _slip(expression: str, at: int) -> BadExpression:
    sign = expression[at]
    if sign == "$" and expression[at + 1 : at + 2] != "{":
        return Unsupported("A variable ($name)", at=at)
    message = _SLIPS.get("{" if sign == "$" else sign)
    return BadExpression(message or f"The sign {sign} has no meaning here.", at=at)


def _refuse_doubled(tokens: list[Token], value: str, kind: Kind, at: int) -> None:
    if kind is not Kind.SIGN or not tokens or tokens[-1].kind is not Kind.SIGN:
        return
    before = tokens[-1]
    if value == "=" and before.value == "=":
        raise BadExpression("Write = instead of ==.", at=before.at)
    if value == "|" and before.value == "|":
        raise BadExpression("Write 'or' instead of ||.", at=before.at)
