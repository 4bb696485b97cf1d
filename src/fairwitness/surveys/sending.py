"""Sends the survey part: the link is spent and the answer kept, sealed, or neither."""

import uuid
from collections.abc import Mapping
from typing import Any

from fairwitness.surveys.actions import ANSWERS, submit_response
from fairwitness.surveys.answers import Answer, Unanswered
from fairwitness.surveys.doors import require_open, spending
from fairwitness.surveys.models import Response, Version
from fairwitness.surveys.walks import Walk
from fairwitness.vault.receipt import CountCode


def send_response(contents: Mapping[str, Any], walk: Walk) -> CountCode:
    """Send what was answered. Returns the code that proves that it was counted.

    Errors: `LinkSpent` when somebody has answered with the same link, `SurveyOver`.
    """
    require_open(contents.get("campaign"))
    count_code = CountCode.new()
    campaign, came_by = contents.get("campaign"), contents.get("came_by")
    pruned = walk.journey.prune()
    submit_response(
        campaign_id=uuid.UUID(campaign) if campaign else None,
        door=Response.Door(contents["door"]),
        version=Version.objects.defer("sheet").get(pk=contents["version"]),
        answers={name: _coded(pruned.get(name)) for name in ANSWERS},
        seed=count_code.seed,
        spend=spending(contents.get("invitation")),
        came_by=uuid.UUID(came_by) if came_by else None,
    )
    return count_code


def _coded(answer: Answer | None) -> str | None:
    """An answer as a code; skipped ones say nothing."""
    if not isinstance(answer, str) or answer == Unanswered.SKIPPED:
        return None
    return answer.removeprefix("-")
