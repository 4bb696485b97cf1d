"""What the desk may wish about the pace of letters. The form checks and never saves."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PaceForm(forms.Form):
    """How fast letters leave. What is left empty is not limited."""

    first_day = forms.IntegerField(
        label=gettext_lazy("Letters on the first day"),
        help_text=gettext_lazy(
            "Then twice as many on each day. A domain that never wrote before does well to begin with 200."
        ),
        min_value=1,
        max_value=1_000_000,
        required=False,
    )
    per_day = forms.IntegerField(
        label=gettext_lazy("Letters a day at most"),
        help_text=gettext_lazy("As many as whoever runs your mail server allows."),
        min_value=1,
        max_value=10_000_000,
        required=False,
    )
    per_second = forms.IntegerField(
        label=gettext_lazy("Letters a second at most"),
        help_text=gettext_lazy("For each worker."),
        min_value=1,
        max_value=1_000,
        required=False,
    )
    quiet_from = forms.IntegerField(
        label=gettext_lazy("Quiet hours begin at"),
        help_text=gettext_lazy("A full hour, 0 to 23, by the clock of the centre."),
        min_value=0,
        max_value=23,
        required=False,
    )
    quiet_until = forms.IntegerField(
        label=gettext_lazy("Quiet hours end at"),
        min_value=0,
        max_value=23,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends, or none."""
        told = super().clean() or {}
        ends = [told.get("quiet_from"), told.get("quiet_until")]
        if ends.count(None) == 1:
            self.add_error(
                "quiet_until", _("Say when quiet hours begin and when they end.")
            )
        return told
