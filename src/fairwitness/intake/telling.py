"""What a draft becomes when it is sent: a header, and the sections it is sealed in."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from fairwitness.governance.promises import Due
from fairwitness.intake.payloads import CLEANED, UNTOUCHED, File
from fairwitness.surveys.answers import is_unanswered
from fairwitness.surveys.codes import Role
from fairwitness.surveys.markup import plain
from fairwitness.surveys.questions import FILES, Section
from fairwitness.surveys.walks import Walk

# Who somebody is to what they tell, in the words of the glossary; "" when they did not say.
ROLES = {
    Role.HAPPENED_TO_ME: "victim",
    Role.SAW_OR_HEARD: "third_party",
    Role.HELP_SOMEBODY: "helper",
}
_TELLING = {Section.NARRATIVE, Section.EVIDENCE}
NOT_YET_TOLD = {"young", "role"}  # answers that tell of nothing by themselves


def role_of(walk: Walk) -> str:
    """The role of the person who tells."""
    told = walk.answers.get("role")
    return ROLES.get(Role(told), "") if told in set(Role) else ""


def has_something(walk: Walk) -> bool:
    """Whether there is anything to send: one sentence, or one answer about what happened."""
    return any(
        not is_unanswered(answer)
        for key, answer in walk.journey.prune().items()
        if key not in NOT_YET_TOLD and _section_of(walk, key) in _TELLING
    )


def _section_of(walk: Walk, key: str) -> str:
    """The section of an answer; how often a repeat stands there belongs to none by itself."""
    question = walk.form.question(key)
    return question.section if question and not key.endswith("~") else ""


def header_of(walk: Walk, *, language: str, due: Due) -> dict[str, Any]:
    """What triage must know before it reads; sealed."""
    return {
        "language": language,
        "role": role_of(walk),
        "is_young": False,
        "door": walk.draft.contents["door"],
        "read_by": due.read_by.isoformat(),
        "answer_by": due.answer_by.isoformat(),
    }


def sections_of(walk: Walk) -> dict[str, dict[str, Any]]:
    """The answers by the section that each is sealed in; empty sections are left out."""
    found: dict[str, dict[str, Any]] = {Section.NARRATIVE.value: {}}
    pruned = walk.journey.prune()
    for key, answer in pruned.items():
        section = _section_of(walk, key)
        if section == Section.EVIDENCE:
            continue  # files are sealed each for itself
        if section and (section == Section.NARRATIVE or not is_unanswered(answer)):
            found.setdefault(section, {})[key] = answer
    for answers in found.values():
        if any("~" in key for key in answers):
            answers |= {key: told for key, told in pruned.items() if key.endswith("~")}
    version = walk.draft.contents["version"]
    return {
        section: {"questionnaire": version, "answers": answers}
        for section, answers in found.items()
    }


def files_of(walk: Walk) -> Callable[[], Iterator[File]]:
    """What gives the files that are sent, one after the other, each with its question."""
    pruned = walk.journey.prune()
    asked = [each for page in walk.journey.pages for each in page.asked]
    chosen = [
        (file, walk.journey.state.words(question.label, question))
        for question in asked
        if question.kind in FILES
        and (file := walk.files.get(question.key)) is not None
        and pruned.get(question.key) == file.name
    ]

    def opened() -> Iterator[File]:
        for file, words in chosen:
            yield File(
                name=file.name,
                kind=file.sort.value,
                words=plain(words),
                content=walk.files.content(file),
                state=UNTOUCHED if file.is_whole else CLEANED,
            )

    return opened


def months_kept_until(kept: date) -> date:
    """The month that is shown as the last one; the day would tell when it was sent."""
    return kept.replace(day=1)
