"""What a draft becomes when it is sent: a header, and the sections it is sealed in."""

from datetime import date
from typing import Any

from fairwitness.governance.promises import Due
from fairwitness.surveys.answers import is_unanswered
from fairwitness.surveys.codes import Role
from fairwitness.surveys.questions import Section
from fairwitness.surveys.walks import Walk

# Who somebody is to what they tell, in the words of the glossary; "" when they did not say.
ROLES = {
    Role.HAPPENED_TO_ME: "victim",
    Role.SAW_OR_HEARD: "third_party",
    Role.HELP_SOMEBODY: "helper",
}
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
        if key not in NOT_YET_TOLD and _section_of(walk, key) == Section.NARRATIVE
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


def months_kept_until(kept: date) -> date:
    """The month that is shown as the last one; the day would tell when it was sent."""
    return kept.replace(day=1)
