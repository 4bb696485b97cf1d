"""Rules of a form in words, so that somebody who does not write formulas can read them."""

import re
from functools import lru_cache

from fairwitness.surveys.questions import (
    Form,
    Group,
    Question,
    in_language,
)

LONGEST_TITLE = 80
ITSELF = "the answer"
_PATH = r"(?:current\(\)/)?/[\w.-]+(?:/[\w.-]+)+"
_SELECTED = re.compile(rf"\bselected\(\s*({_PATH}|\.)\s*,\s*(['\"])(.*?)\2\s*\)")
_COMPARED = re.compile(rf"({_PATH})\s*(!=|=)\s*(['\"])(.*?)\3")
_NAMED = re.compile(_PATH)
_ITSELF = re.compile(r"(?<![\w/.'\"])\.(?![\w/.'\"])")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ASIDE = re.compile("\x00(\\d+)\x00")
_SIGNS = (
    (re.compile(r"\bcount-selected\s*\(([^()]*)\)"), r"the number of answers to \1"),
    (re.compile(r"\btoday\(\)"), "today"),
    (re.compile(r"\s*!=\s*"), " is not "),
    (re.compile(r"\s*>=\s*"), " is at least "),
    (re.compile(r"\s*<=\s*"), " is at most "),
    (re.compile(r"\s*>\s*"), " is more than "),
    (re.compile(r"\s*<\s*"), " is less than "),
    (re.compile(r"\s*=\s*"), " is "),
    (re.compile(r"\bnot\s*\("), "not ("),
    (re.compile(r"\btrue\(\)"), "always"),
    (re.compile(r"\bfalse\(\)"), "never"),
)


def title_of(one: Group | Question, form: Form) -> str:
    """What a question is called in the form's first language: its words, or its name."""
    found = in_language(one.label, form.default_language, form.default_language)
    return short(found[1].plain) if found and found[1].plain else one.name


def short(text: str) -> str:
    """One line of a text, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def spell_out(rule: str, form: Form, *, at: str = "") -> str:
    """Return a rule with the words of questions and options in it, and words for signs.

    It is for reading: what no word is known for stands as it was written. `at` is the path
    of the place that the rule belongs to, for which a single dot stands.
    """
    return _Speller(form, at).spell(rule) if rule else ""


@lru_cache(maxsize=8)
def _places(form: Form) -> dict[str, Group | Question]:
    return {each.path: each for each, _above in form.walk()}


class _Speller:
    """Puts words into one rule; finished words are set aside, so that signs in them stay."""

    def __init__(self, form: Form, at: str) -> None:
        self.form, self.at = form, at
        self.places = _places(form)
        self.done: list[str] = []

    def spell(self, rule: str) -> str:
        text = _SELECTED.sub(self.selected, rule)
        text = _COMPARED.sub(self.compared, text)
        text = _NAMED.sub(lambda one: self.aside(self.named(one.group())), text)
        text = _ITSELF.sub(lambda _one: self.aside(ITSELF), text)
        text = _QUOTED.sub(lambda one: self.aside(one.group()), text)
        for pattern, words in _SIGNS:
            text = pattern.sub(words, text)
        while "\x00" in text:
            text = _ASIDE.sub(lambda one: self.done[int(one.group(1))], text)
        return " ".join(text.split()).replace("( ", "(").replace(" )", ")")

    def aside(self, text: str) -> str:
        self.done.append(text)
        return f"\x00{len(self.done) - 1}\x00"

    def selected(self, found: re.Match[str]) -> str:
        path, code = found.group(1), found.group(3)
        return self.aside(f"{self.named(path)} includes {self.option(path, code)}")

    def compared(self, found: re.Match[str]) -> str:
        path, sign, code = found.group(1), found.group(2), found.group(4)
        says = "is" if sign == "=" else "is not"
        told = self.option(path, code) if code else "empty"
        return self.aside(f"{self.named(path)} {says} {told}")

    def named(self, path: str) -> str:
        if path == ".":
            return ITSELF
        one = self.places.get(path.removeprefix("current()/"))
        return f"“{title_of(one, self.form)}”" if one else path.rsplit("/", 1)[-1]

    def option(self, path: str, code: str) -> str:
        one = self.places.get(self.at if path == "." else path)
        source = one.choices if isinstance(one, Question) else None
        first = self.form.default_language
        for choice in self.form.lists.get(source.list_name, ()) if source else ():
            told = in_language(choice.label, first, first)
            if choice.name == code and told:
                return f"“{short(told[1].plain)}”"
        return f"“{code}”"
