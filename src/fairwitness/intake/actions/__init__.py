"""Takes reports, and what reporters do with them afterwards. Holds public keys only."""

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
    news_context,
    set_news_address,
    write_message,
)
from fairwitness.intake.actions.receiving import (
    UnknownCode,
    find_by_receipt,
    receive_report,
)

__all__ = [
    "CodeNotIts",
    "NotOnTheList",
    "UnknownCode",
    "add_answers",
    "add_evidence",
    "add_identity",
    "change_code",
    "find_by_receipt",
    "give_consent",
    "keep_out_of_count",
    "mark_read",
    "news_context",
    "receive_report",
    "set_news_address",
    "withdraw_consent",
    "write_message",
]
