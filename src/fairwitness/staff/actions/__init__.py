"""Who works here: invited, given roles, let in, given keys, and sent away."""

from fairwitness.staff.actions.colleagues import (
    change_password,
    change_role,
    invite_colleague,
    suspend,
)
from fairwitness.staff.actions.keys import (
    change_passphrase,
    hand_triage_key,
    keep_triage_key,
    recover_with_sheet,
    set_passphrase,
    unlock,
)
from fairwitness.staff.actions.signing_in import (
    TooManyTries,
    is_code_right,
    recognise,
)

__all__ = [
    "TooManyTries",
    "change_passphrase",
    "change_password",
    "change_role",
    "hand_triage_key",
    "invite_colleague",
    "is_code_right",
    "keep_triage_key",
    "recognise",
    "recover_with_sheet",
    "set_passphrase",
    "suspend",
    "unlock",
]
