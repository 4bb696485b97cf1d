"""The verbs of outreach: whom we may write to, what we send, what a link does."""

from fairwitness.outreach.actions.arrival import Overtaken
from fairwitness.outreach.actions.campaigns import (
    NotReady,
    WrongNumber,
    close_campaign,
    close_ended,
    draft_campaign,
    launch_wave,
    pause_campaign,
    resume_campaign,
)
from fairwitness.outreach.actions.contacts import (
    forget_address,
    forget_empty_batches,
    suppress_address,
)
from fairwitness.outreach.actions.counting import count_outcomes, outcomes_due
from fairwitness.outreach.actions.fates import set_pace, try_again
from fairwitness.outreach.actions.importing import (
    ImportReport,
    SourceWithdrawn,
    TooLate,
    import_contacts,
)
from fairwitness.outreach.actions.links import (
    Opened,
    leave,
    open_link,
    spend_link,
)
from fairwitness.outreach.actions.sources import (
    SourceIncomplete,
    add_source,
    withdraw_source,
)
from fairwitness.outreach.actions.uploads import (
    is_upload_waiting,
    open_refused,
    take_upload,
    work_on_upload,
)
from fairwitness.outreach.actions.warnings import keep_warning
from fairwitness.outreach.actions.wishes import (
    Held,
    come_back,
    forget,
    held_under,
    is_confirmable,
    wish,
)
from fairwitness.surveys.doors import LinkSpent

__all__ = [
    "Held",
    "ImportReport",
    "LinkSpent",
    "NotReady",
    "Opened",
    "Overtaken",
    "SourceIncomplete",
    "SourceWithdrawn",
    "TooLate",
    "WrongNumber",
    "add_source",
    "close_campaign",
    "close_ended",
    "come_back",
    "count_outcomes",
    "draft_campaign",
    "forget",
    "forget_address",
    "forget_empty_batches",
    "held_under",
    "import_contacts",
    "is_confirmable",
    "is_upload_waiting",
    "keep_warning",
    "launch_wave",
    "leave",
    "open_link",
    "open_refused",
    "outcomes_due",
    "pause_campaign",
    "resume_campaign",
    "set_pace",
    "spend_link",
    "suppress_address",
    "take_upload",
    "try_again",
    "wish",
    "withdraw_source",
    "work_on_upload",
]
