"""What staff do with a case: read it, link it, code it, follow it. Each leaves a line."""

from fairwitness.casework.actions.assessing import (
    assess,
    drop_fact,
    release_facts,
)
from fairwitness.casework.actions.complaining import (
    put_complaint,
    record_silence,
    record_step,
    undo_step,
)
from fairwitness.casework.actions.following import (
    answer_reporter,
    finish_task,
    give_task,
    move_referral,
    refer,
    undo_task,
)
from fairwitness.casework.actions.linking import (
    assign_incident,
    change_state,
    link_report,
    open_incident,
    unlink_report,
)
from fairwitness.casework.actions.reading import (
    Opened,
    open_section,
    read_header,
    read_headers,
    read_incident,
)

__all__ = [
    "Opened",
    "answer_reporter",
    "assess",
    "assign_incident",
    "change_state",
    "drop_fact",
    "finish_task",
    "give_task",
    "link_report",
    "move_referral",
    "open_incident",
    "open_section",
    "put_complaint",
    "read_header",
    "read_headers",
    "read_incident",
    "record_silence",
    "record_step",
    "refer",
    "release_facts",
    "undo_step",
    "undo_task",
    "unlink_report",
]
