"""What must be so before the doors open, beyond what the centre says of itself."""

from django.utils.translation import gettext_lazy as _

from fairwitness.governance.readiness import Condition, register
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
                "Publish the questionnaire that comes with the software, or your own: fairwitness questionnaire publish."
            ),
            is_met=_is_there_something_to_ask,
        )
    )
