"""What `or_other` adds to a question: the choice “other”, and the question for what it was.

Other software writes both in English alone, without part and purpose. Here the question takes
these from the one before it, and our own words stand in the languages in which our pages
speak; in any other language they are shown in English, and marked.
"""

from collections.abc import Mapping
from dataclasses import replace

from fairwitness.surveys.questions import Choice, Form, Group, Question, Text, Texts

CHOICE, LABEL = "other", "Specify other."  # as pyxform writes them
OWN_CHOICE = {"en": "Other", "ar": "غير ذلك"}
OWN_LABEL = {
    "en": "What was it? Say it in your own words.",
    "ar": "ما هو؟ اكتبه بكلماتك.",
}
_Children = tuple[Group | Question, ...]


def with_others(form: Form) -> Form:
    """Return a form in which every question that `or_other` added is complete."""
    added = {each.path for each in form.questions if is_added(each)}
    if not added:
        return form
    asking = {path.removesuffix(f"_{CHOICE}") for path in added}
    lists = {
        each.choices.list_name
        for each in form.questions
        if each.path in asking and each.choices is not None
    }
    return replace(
        form,
        children=_completed(form.children, form),
        lists={
            name: _with_own_words(choices, form) if name in lists else choices
            for name, choices in form.lists.items()
        },
    )


def is_added(question: Question) -> bool:
    """Tell whether `or_other` has added this question."""
    first = question.name.removesuffix(f"_{CHOICE}")
    labels = {text.plain for text in question.label.values()}
    is_named = first != question.name and (
        question.relevant == f"selected(../{first}, '{CHOICE}')"
    )
    return is_named and labels <= {LABEL, *OWN_LABEL.values()}


def _completed(children: _Children, form: Form) -> _Children:
    found: list[Group | Question] = []
    for child in children:
        if isinstance(child, Group):
            found.append(replace(child, children=_completed(child.children, form)))
        elif is_added(child) and found and isinstance(found[-1], Question):
            found.append(_like(child, found[-1], form))
        else:
            found.append(child)
    return tuple(found)


def _like(added: Question, first: Question, form: Form) -> Question:
    """The added question as it belongs to the one before it; what it holds is no coded fact."""
    return replace(
        added,
        label=_own(OWN_LABEL, form),
        purpose=added.purpose or first.purpose,
        part=first.part,
        section=added.section or first.section,
        asked_for=added.asked_for or first.asked_for,
    )


def _own(words: Mapping[str, str], form: Form) -> Texts:
    """Our own words in the languages of the form; in English where there is none of them."""
    codes = [each.code for each in form.languages]
    spoken = {code: words[base] for code in codes if (base := _base(code)) in words}
    unnamed = all(code.startswith(("x-", "und")) for code in codes)
    if unnamed:
        return {form.default_language: Text((words["en"],))}
    return {
        code: Text((text,)) for code, text in ({"en": words["en"]} | spoken).items()
    }


def _base(code: str) -> str:
    return code.split("-", maxsplit=1)[0]


def _with_own_words(choices: tuple[Choice, ...], form: Form) -> tuple[Choice, ...]:
    return tuple(
        replace(each, label=_own(OWN_CHOICE, form))
        if each.name == CHOICE
        and {text.plain for text in each.label.values()} == {OWN_CHOICE["en"]}
        else each
        for each in choices
    )
