"""What is said of an answer that needs another look: an instruction, and the second time a way round."""

from django.utils.translation import gettext as _

from fairwitness.surveys.answers import Problem, Trouble


def sentence_of(problem: Problem, *, tries: int) -> str:
    """What is missing, as an instruction; the second time in other words, with a way round."""
    if problem.message:
        return problem.message
    return _sentences(problem)[min(tries, 1)]


def _sentences(problem: Problem) -> tuple[str, str]:
    around = _("Choose “Skip this question” below if you like: that is fine too.")
    if problem.trouble is Trouble.TOO_LONG:
        first = _(
            "This is longer than we can take at once: up to %(limit)s characters. All"
            " of it is still here. Make it shorter, or send one part now and add the"
            " rest later, with your code."
        ) % {"limit": f"{problem.limit:,}"}
        return first, first
    if problem.trouble is Trouble.OUT_OF_RANGE:
        return between(problem.least, problem.most), around
    first = _first_sentences().get(
        problem.trouble,
        _("Choose one of the answers below, or choose “I am not sure”."),
    )
    return first, around


def _first_sentences() -> dict[Trouble, str]:
    return {
        Trouble.NOT_A_NUMBER: _("Write a number, such as 3."),
        Trouble.NOT_A_DECIMAL: _("Write a number, such as 2.5."),
        Trouble.NOT_A_DATE: _(
            "Write a date with year, month and day, such as 2026-03-31."
        ),
        Trouble.NOT_A_TIME: _("Write a time, such as 14:30."),
        Trouble.NOT_A_MOMENT: _("Write a date and a time, such as 2026-03-31 14:30."),
        Trouble.NOT_RANKED: _("Give each of them a place of its own: 1 for the first."),
        # Translators: somebody said, say, 5,000 times, and each time would be asked for.
        Trouble.TOO_MUCH: _(
            "This leads to more questions than anybody can answer. Write less."
        ),
        Trouble.NOT_A_PLACE: _(
            "Write latitude and longitude as numbers, such as 52.52, 13.40."
        ),
        Trouble.NO_YEAR: _("Choose a year for the month, or choose “I am not sure”."),
        Trouble.NOT_A_MONTH: _("Choose a month, or choose “I am not sure”."),
        Trouble.IN_THE_FUTURE: _(
            "This month has not come yet. Choose an earlier one, or “I am not sure”."
        ),
    }


def between(least: str, most: str) -> str:
    """Say which numbers can be an answer."""
    # Translators: which numbers can be an answer.
    return _("Write a number from %(least)s to %(most)s.") % {
        "least": least,
        "most": most,
    }
