"""Who works here: invited, given roles, let in, given keys, and sent away."""

from fairwitness.staff.actions.colleagues import (
    change_password,
    change_role,
    invite_colleague,
    renew_sign_in,
    suspend,
)
from fairwitness.staff.actions.keys import (
    change_passphrase,
    confirm_sheet,
    hand_triage_key,
    keep_triage_key,
    recover_with_sheet,
    set_passphrase,
    unlock,
)
from fairwitness.staff.actions.recovering import (
    ask_trustees,
    paper_of,
    recover_by_trustees,
    rehearse_by_trustees,
    take_triage_key,
)
from fairwitness.staff.actions.rehearsing import (
    rehearse_by_house_sheet,
    rehearse_by_sheet,
)
from fairwitness.staff.actions.signing_in import (
    TooManyTries,
    is_code_right,
    recognise,
)

__all__ = [
    "TooManyTries",
    "ask_trustees",
    "change_passphrase",
    "change_password",
    "change_role",
    "confirm_sheet",
    "hand_triage_key",
    "invite_colleague",
    "is_code_right",
    "keep_triage_key",
    "paper_of",
    "recognise",
    "recover_by_trustees",
    "recover_with_sheet",
    "rehearse_by_house_sheet",
    "rehearse_by_sheet",
    "rehearse_by_trustees",
    "renew_sign_in",
    "set_passphrase",
    "suspend",
    "take_triage_key",
    "unlock",
]
