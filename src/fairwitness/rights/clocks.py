"""By when the law wants an answer (UK GDPR Art 12A, GDPR Art 12(3); Regulation 1182/71)."""

from datetime import date, datetime, timedelta

from fairwitness.governance.promises import calendar, months_after

BREACH_HOURS = 72


def due(received_on: date) -> date:
    """One month after it came; the next working day where that is none."""
    return calendar().next_working_day(months_after(received_on, 1))


def breach_due(aware_at: datetime) -> datetime:
    """By when the regulator must be told of a breach (Art 33(1))."""
    return aware_at + timedelta(hours=BREACH_HOURS)
