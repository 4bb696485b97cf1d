"""Django's name for governance."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """What the centre has bound itself to."""

    name = "fairwitness.governance"

    def ready(self) -> None:
        from fairwitness.governance import conditions  # noqa: PLC0415 # needs the models

        conditions.register_all()
