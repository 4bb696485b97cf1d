"""What must be so before the doors open, beyond what the centre says of itself."""

from django.utils.translation import gettext_lazy as _

from fairwitness.governance.readiness import Condition, register
from fairwitness.ledger import clock
from fairwitness.surveys.models import Version


def _is_there_something_to_ask() -> bool:
    return Version.objects.filter(retired_on=None).exists()


def register_all() -> None:
    """Add these to the conditions of every door."""
    register(
        Condition(
            code="questionnaire",
            title=_("Questionnaire"),
            why=_(
                "Whoever comes needs something to answer; each answer points at its version."
            ),
            mend=_(
                "Publish the questionnaire that comes with the software, or your own: on the page Questionnaires, or with fairwitness questionnaire publish."
            ),
            page="surveys:questionnaires",
            is_met=_is_there_something_to_ask,
        )
    )
    register(
        Condition(
            code="clock",
            title=_("Clock"),
            why=_(
                "This machine's clock counts the days that we promise and those on which we erase: it must lie within a month of the last signed checkpoint."
            ),
            mend=_(
                "Set the clock. If it is right, and the centre was away for so long, say so: fairwitness clock --is, and the day."
            ),
            is_met=clock.is_plausible,
        )
    )
