"""Django's name for the pages that gather; it adds what only they can know to the doors."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Pages that gather from several apps."""

    name = "fairwitness.front"

    def ready(self) -> None:
        from fairwitness.front import conditions  # noqa: PLC0415 # needs the models

        conditions.register_all()
