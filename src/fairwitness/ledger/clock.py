"""Whether the clock of this machine can be right: the last signed checkpoint tells when it last was.

The worker signs one a day. Who sets the clock to another year by mistake must not erase what
is kept until then, nor promise days that will not come.
"""

from datetime import date, timedelta

from django.utils import timezone

from fairwitness.ledger.models import Checkpoint

MOST = timedelta(days=31)


def is_plausible(today: date | None = None) -> bool:
    """Whether this day lies within a month of the last checkpoint, or there is none yet."""
    day = today or timezone.localdate()
    ledger = Checkpoint.objects.filter(log=Checkpoint.Log.LEDGER)
    last = ledger.order_by("-size").values_list("day", flat=True).first()
    return last is None or abs(day - last) <= MOST
