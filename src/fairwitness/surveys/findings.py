"""What is wrong with a questionnaire, rule by rule: read before it is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fairwitness.refusal import Refused
from fairwitness.surveys import expressions
from fairwitness.surveys.answers import MARKS
from fairwitness.surveys.codes import AskedFor
from fairwitness.surveys.or_other import is_added
from fairwitness.surveys.program import program_of, resolve
from fairwitness.surveys.questions import (
    FILES,
    Form,
    Group,
    Output,
    Part,
    Question,
    Section,
    Texts,
)

_RULES = {
    "relevant": "relevant",
    "constraint": "constraint",
    "required": "required",
    "readonly": "read_only",
    "calculate": "calculation",
    "repeat_count": "repeat_count",
    "default_rule": "default",
}


# Parts in which nothing is told several times, why, and what to do (docs/decisions/0012).
TOLD_ONCE = {
    Part.SURVEY: (
        "Something told several times, each time a little different, could show who it was: "
        "the survey part keeps a few coded answers, each once.",
        "Ask how many there were, with a choice for each number; or ask it in the report part.",
    ),
    Part.ABOUT: (
        "The questions after sending are about the one person who tells, and each is asked once.",
        "Ask about other people in the report part, in its section others.",
    ),
}


class Level(StrEnum):
    """Whether a finding stops the questionnaire."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: with which question, in which column, and how to mend it."""

    code: str
    level: Level
    name: str
    column: str
    message: str
    fix: str = ""


def findings_of(form: Form, *, for_publishing: bool = False) -> tuple[Finding, ...]:
    """Return what is wrong with a form; `for_publishing` also asks for parts and purposes."""
    found = [*_rule_findings(form), *_choice_findings(form)]
    if not found:
        found.extend(_circles(form))
    if for_publishing:
        found.extend(_unsupported(form))
        found.extend(_told_several_times(form))
        found.extend(_without_words(form))
        found.extend(_missing(form))
    return tuple(found)


def _error(code: str, name: str, column: str, message: str, fix: str = "") -> Finding:
    return Finding(code, Level.ERROR, name, column, message, fix)


def _rule_findings(form: Form) -> Iterator[Finding]:
    paths = {f"/{form.root}"} | {each.path for each, _above in form.walk()}
    for each, _above in form.walk():
        for column, rule in rules_of(each):
            yield from _findings_in(rule, each, column, paths)


def rules_of(each: Group | Question) -> Iterator[tuple[str, str]]:
    """Yield every rule of a row with its column, those inside of texts too."""
    for name, column in _RULES.items():
        rule = getattr(each, name, "")
        if rule:
            yield column, rule
    if isinstance(each, Question):
        if each.choices is not None and each.choices.rule:
            yield "choice_filter", each.choices.rule
        for column, texts in (
            ("label", each.label),
            ("hint", each.hint),
            ("guidance_hint", each.purpose),
            ("constraint_message", each.constraint_message),
        ):
            for rule in _outputs(texts):
                yield column, rule


def _outputs(texts: Texts) -> Iterator[str]:
    for text in texts.values():
        for part in text.parts:
            if isinstance(part, Output):
                yield part.expression


def _findings_in(
    rule: str, each: Group | Question, column: str, paths: set[str]
) -> Iterator[Finding]:
    try:
        compiled = expressions.compile(rule)
    except expressions.Unsupported as refused:
        yield _error("rule-unsupported", each.name, column, str(refused), rule)
        return
    except Refused as refused:
        yield _error("rule-unreadable", each.name, column, str(refused), rule)
        return
    for written in sorted(compiled.paths):
        needed = resolve(written, each.path)
        is_known = not needed or needed in paths or "*" in needed or "@" in needed
        if not is_known and not needed.startswith(f"/{_root_of(paths)}/meta/"):
            yield _error(
                "unknown-question",
                each.name,
                column,
                f"There is no question {needed.rsplit('/', 1)[-1]} in this form.",
                "Correct the name, or take the rule out.",
            )


def _root_of(paths: set[str]) -> str:
    return next(iter(paths)).split("/")[1]


def _circles(form: Form) -> Iterator[Finding]:
    try:
        program_of(form)
    except Refused as refused:
        yield _error("circular", form.id, "", str(refused))


def _choice_findings(form: Form) -> Iterator[Finding]:
    for list_name, choices in form.lists.items():
        for choice in choices:
            if choice.name in MARKS:
                yield _error(
                    "reserved-choice",
                    list_name,
                    "name",
                    f"{choice.name} is what stands for no answer.",
                    "Give this choice another name.",
                )
    for question in form.questions:
        source = question.choices
        known = {*form.lists, *form.external, ""}
        if source is not None and source.list_name not in known:
            yield _error(
                "unknown-list",
                question.name,
                "type",
                f"There is no list {source.list_name}.",
                "Add it to the sheet choices.",
            )


def _unsupported(form: Form) -> Iterator[Finding]:
    for what in form.unsupported:
        kind, _colon, name = what.rpartition(": ")
        yield _error(
            "unsupported",
            name,
            "type",
            f"No page can show this yet: {what}.",
            f"Ask for it in another way, or leave it out ({kind}).",
        )

    for name in form.missing:
        yield _error(
            "no-file",
            name,
            "",
            f"The file {name} did not come with the sheet.",
            "Bring it in beside the sheet, or take its name out.",
        )


def _told_several_times(form: Form) -> Iterator[Finding]:
    for repeat in form.repeats:
        if repeat.part in TOLD_ONCE:
            message, fix = TOLD_ONCE[Part(repeat.part)]
            yield _error(f"repeat-in-{repeat.part}", repeat.name, "type", message, fix)


def _without_words(form: Form) -> Iterator[Finding]:
    """Pictures, sound and film that say nothing to who does not see or hear them."""
    fix = "Write into the column label what it shows or says."
    for each in form.questions:
        if each.media and not each.label and not each.is_asked:
            yield _error(
                "no-words", each.name, "label", "It has no words beside it.", fix
            )
    for name, choices in form.lists.items():
        for choice in choices:
            if choice.media and not choice.label:
                yield _error(
                    "no-words",
                    name,
                    "label",
                    f"The choice {choice.name} has no words beside it.",
                    fix,
                )


def _missing(form: Form) -> Iterator[Finding]:
    for question in form.questions:
        if question.is_shown and question.part not in set(Part):
            yield _error(
                "no-part",
                question.name,
                "bind::fw:part",
                "It is not said which part this belongs to.",
                "Write survey, report or about.",
            )
        if question.is_asked:
            yield from _missing_reasons(form, question)


def _misplaced(question: Question) -> Finding:
    if question.kind in FILES:
        return _error(
            "file-elsewhere",
            question.name,
            "bind::fw:section",
            "A file goes to the evidence of a report.",
            "Write evidence.",
        )
    return _error(
        "not-a-file",
        question.name,
        "bind::fw:section",
        "Only files go to the evidence.",
        "Write narrative, identity or others.",
    )


def _missing_reasons(form: Form, question: Question) -> Iterator[Finding]:
    if question.part == Part.REPORT and question.section not in set(Section):
        yield _error(
            "no-section",
            question.name,
            "bind::fw:section",
            "It is not said which sealed section the answer goes into.",
            "Write narrative, identity, others or evidence.",
        )
    if (question.kind in FILES) is not (question.section == Section.EVIDENCE):
        yield _misplaced(question)
    elif question.kind in FILES and question.part != Part.REPORT:
        yield _error(
            "file-elsewhere",
            question.name,
            "bind::fw:part",
            "Files are taken in a report alone.",
            "Write report.",
        )
    if question.asked_for not in set(AskedFor):
        yield _error(
            "no-purpose",
            question.name,
            "bind::fw:purpose",
            "It is not said what this is asked for.",
            f"Write one of: {', '.join(AskedFor)}.",
        )
    for language in form.languages:
        for column, texts in (
            ("label", question.label),
            ("guidance_hint", question.purpose),
        ):
            is_ours = column == "label" and is_added(question)
            if language.code not in texts and not is_ours:
                what = "the question" if column == "label" else "why we ask"
                yield _error(
                    "no-text",
                    question.name,
                    f"{column}::{language.name} ({language.code})",
                    f"In {language.name}, {what} is missing.",
                    "Write it, or take the language out.",
                )
