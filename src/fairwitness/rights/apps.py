"""Django's name for the rights of people."""

from django.apps import AppConfig
from django.core import checks


class RightsConfig(AppConfig):
    """What a person may ask of us, and how long we keep what."""

    name = "fairwitness.rights"

    def ready(self) -> None:
        from fairwitness.rights import policy  # noqa: PLC0415 # needs every model

        checks.register(policy.every_column_has_a_policy)
