"""Django's name for outreach, and what it lends to the floors below."""

from django.apps import AppConfig
from django.core import checks


class OutreachConfig(AppConfig):
    """Whom we may write to, and the invitations we send."""

    name = "fairwitness.outreach"

    def ready(self) -> None:
        """Spend links when an answer is sent in time; mix the spent ones when answers are released."""
        from fairwitness.outreach import bases  # noqa: PLC0415 # needs the models
        from fairwitness.outreach.actions import links  # noqa: PLC0415
        from fairwitness.surveys import doors, release  # noqa: PLC0415

        checks.register(bases.every_row_can_be_executed)
        doors.register_spending(links.spend_link)
        doors.register_ending(links.has_ended)
        release.beside.append(
            release.Beside(
                mix=links.mix_spent,
                settle=links.settle_spent,
                rewrite=links.rewrite_spent,
            )
        )
