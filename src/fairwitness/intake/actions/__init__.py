"""Takes reports, and what reporters do with them afterwards: with public keys only, but for news."""

from fairwitness.intake.actions.calling import Told, take_call
from fairwitness.intake.actions.consenting import (
    CodeNotIts,
    NotOnTheList,
    give_consent,
    withdraw_consent,
)
from fairwitness.intake.actions.keeping import (
    add_answers,
    add_evidence,
    add_identity,
    change_code,
    keep_out_of_count,
    mark_read,
    set_news_address,
    write_message,
)
from fairwitness.intake.actions.news import send_news
from fairwitness.intake.actions.receiving import (
    UnknownCode,
    find_by_receipt,
    receive_report,
)

__all__ = [
    "CodeNotIts",
    "NotOnTheList",
    "Told",
    "UnknownCode",
    "add_answers",
    "add_evidence",
    "add_identity",
    "change_code",
    "find_by_receipt",
    "give_consent",
    "keep_out_of_count",
    "mark_read",
    "receive_report",
    "send_news",
    "set_news_address",
    "take_call",
    "withdraw_consent",
    "write_message",
]
