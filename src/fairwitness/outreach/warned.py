"""What a warning of the check is about, in words for everybody."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Only warnings can stand; what stops a campaign is never published.
IN_WORDS: dict[str, Promise] = {
    "FW120": _("No one-click way out in the header"),
    "FW122": _("An attachment"),
    "FW123": _("No plain text"),
    "FW143": _("People whose language the letter does not speak"),
    "FW152": _("No mail server"),
    "FW165": _("Others can send in our name"),
    "FW169": _("The sender's domain could not be checked"),
    "FW170": _("The signature of our letters could not be checked"),
    "FW173": _("A question that asks for more than it needs"),
    "FW212": _("Hard to read"),
    "FW213": _("A long sentence"),
    "FW221": _("A misspelling"),
    "FW231": _("Words in capitals"),
    "FW232": _("Words that press people"),
}


def warning_in_words(code: str) -> str:
    """What a warning is about, in the language of the page."""
    return str(IN_WORDS.get(code, code))
