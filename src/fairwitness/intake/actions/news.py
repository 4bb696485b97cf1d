"""Sends the letters that say that there is news. The worker calls it: it opens with the mailer's key."""

from django.conf import settings
from django.db.models import QuerySet

from fairwitness.intake.letters import News, compose, news_context
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.mail import Carrier, NotNow, Rejected, Unknown, carrier
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import unpad_text


def send_news(*, limit: int = 20) -> int:
    """Write to reporters who asked for it and have news. Returns how many letters left.

    A letter that may have left is not sent again; what the server asks to wait for waits.
    The ledger has their number of the day, never whose they were.
    """
    waiting = list(_due()[:limit])
    if not waiting:
        return 0
    sent = 0
    try:
        with carrier() as line:
            for report in waiting:
                sent += _send_one(report, line)
    except NotNow:
        pass  # the rest waits for the next round
    if sent:
        record("intake.news_sent", "day", by=SYSTEM, count=sent)
    return sent


def is_news_due() -> bool:
    """Whether a letter waits."""
    return _due().exists()


def _due() -> QuerySet[Report]:
    due = Report.objects.filter(has_news=True, news_address__isnull=False)
    return due.order_by("pk")


def _send_one(report: Report, line: Carrier) -> bool:
    """Send one letter, in no transaction: nobody waits for a mail server.

    It is taken off the list first, by one worker of all, so that nothing can make it leave
    twice. After a crash in between it is lost: the news still waits on the reporter's page.
    """
    ours = Report.objects.filter(pk=report.pk, has_news=True)
    if not ours.update(has_news=False):
        return False
    news = _opened(report)
    if news is None:
        return False
    try:
        line.hand_over(compose(news), sender=settings.MAIL_FROM, to=news.address)
    except (Rejected, Unknown):
        return False
    except NotNow:
        still = Report.objects.filter(pk=report.pk, news_address__isnull=False)
        still.update(has_news=True)
        raise
    return True


def _opened(report: Report) -> News | None:
    """How this reporter hears of news; none when the address was sealed to an older key."""
    mailer = private_key(KeyPair.Purpose.MAILER)
    sealed = bytes(report.news_address or b"")
    try:
        return News.from_bytes(
            unpad_text(open_with(mailer, sealed, news_context(report)))
        )
    except CannotOpen:
        return None
