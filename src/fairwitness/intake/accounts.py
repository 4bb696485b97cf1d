"""An account as it reads: each question that was answered, with the answer in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from fairwitness.surveys.journey import Journey
from fairwitness.surveys.logic import Occasion
from fairwitness.surveys.published import form_of
from fairwitness.surveys.questions import Part
from fairwitness.surveys.said import in_words, said
from fairwitness.surveys.walks import own_lists

# What a reporter says of who they are on a page of its own, outside of any questionnaire.
OF_SELF = {
    "name": gettext_lazy("Your name"),
    "contact": gettext_lazy("How to reach you"),
}


@dataclass(frozen=True, repr=False)
class Told:
    """One answer. Printing it prints nothing of it."""

    key: str
    question: str
    answer: str

    def __repr__(self) -> str:
        return "[told]"


def told(
    version: str, answers: Mapping[str, Any], *, language: str = ""
) -> tuple[Told, ...]:
    """What was answered, in the order of the questionnaire; what was skipped is left out.

    `version` is the hash of the questionnaire with which it was told; the words of the
    questions come in `language`, or in that of the page.
    """
    form = form_of(version)
    spoken = language or translation.get_language() or form.default_language
    occasion = Occasion(
        lists=own_lists(form),
        now=timezone.localtime(),  # rules may ask for it; what was answered stays
        language=spoken,
        say=said,
        seed=version,
    )
    journey = Journey(form, answers, Part.REPORT, occasion=occasion)
    found = []
    with translation.override(spoken):
        for question in journey.state.standing():
            answer = in_words(journey, question)
            if answer:
                label = journey.state.words(question.label, question)
                if question.times:
                    label = f"{label} ({'.'.join(map(str, question.times))})"
                found.append(Told(question.key, label, answer))
        found += [
            Told(key, str(label), str(answers[key]))
            for key, label in OF_SELF.items()
            if key not in form.by_key and answers.get(key)
        ]
    return tuple(found)
