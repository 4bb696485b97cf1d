"""Django's name for the design system."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """How every page looks. No models: it may be used from any floor."""

    name = "fairwitness.design"
