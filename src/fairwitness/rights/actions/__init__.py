"""What people ask of us, done: erasing, expiring, holding, answering, telling."""

from fairwitness.rights.actions.answering import (
    answer_request,
    hand_request,
    read_request,
    receive_request,
    record_breach,
    tell_regulator,
)
from fairwitness.rights.actions.erasing import (
    erase_report,
    erasures_begun,
    finish_begun,
    finish_erasures,
    recipient_told,
)
from fairwitness.rights.actions.holding import approve_hold, ask_hold, lift_hold
from fairwitness.rights.actions.restoring import Settled, settle
from fairwitness.rights.actions.retention import Expired, apply_retention

__all__ = [
    "Expired",
    "Settled",
    "answer_request",
    "apply_retention",
    "approve_hold",
    "ask_hold",
    "erase_report",
    "erasures_begun",
    "finish_begun",
    "finish_erasures",
    "hand_request",
    "lift_hold",
    "read_request",
    "receive_request",
    "recipient_told",
    "record_breach",
    "settle",
    "tell_regulator",
]
