"""An account as it reads: each question that was answered, with the answer in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from fairwitness.surveys.answers import Unanswered
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.logic import Occasion
from fairwitness.surveys.published import form_of
from fairwitness.surveys.questions import Part
from fairwitness.surveys.showing import ways_of_not_answering
from fairwitness.surveys.walks import areas


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
    occasion = Occasion(lists=dict.fromkeys(form.external, areas()), language=spoken)
    journey = Journey(form, answers, Part.REPORT, occasion=occasion)
    with translation.override(spoken):
        ways = {str(way): words for way, words in ways_of_not_answering().items()}
    found = []
    for question in form.questions:
        answer = answers.get(question.key)
        if answer in (None, "", [], Unanswered.SKIPPED):
            continue
        is_mark = isinstance(answer, str) and answer in ways
        words = [ways[str(answer)]] if is_mark else journey.words_of(question)
        label = journey.state.words(question.label, question)
        found.append(Told(question.key, label, "\n".join(words)))
    return tuple(found)
