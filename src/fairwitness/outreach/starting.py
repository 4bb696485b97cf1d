"""Starts the survey from a letter: what its pages show, and what its draft holds."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from fairwitness.design.frame import address_of
from fairwitness.governance.models import Controller
from fairwitness.outreach.letters import deadline_sentence
from fairwitness.outreach.models import Campaign
from fairwitness.surveys import drafts
from fairwitness.surveys.models import Response

SEE_OTHER = 303
OPEN_FORM = "intake:tell"


def frame(campaign: Campaign) -> dict[str, Any]:
    """What every page of a letter's link shows: never a name, never part of an address."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "campaign": campaign,
        "asks": Controller.objects.values_list("legal_name", flat=True).first() or "",
        "place": campaign.place_in(language),
        "source_sentence": campaign.source.sentence_in(language),
        "deadline": deadline_sentence(campaign, language),
        "open_form_url": address_of(OPEN_FORM),
        "page_url": reverse("front:campaign", args=[campaign.name]),
    }


def closed_because(campaign: Campaign) -> str:
    """When and why a survey closed, or nothing when it was ended without a deadline."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    if campaign.closes_on is None:
        return ""
    return _("We closed on %(day)s. The reason: %(reason)s") % {
        "day": formats.date_format(campaign.closes_on, "j F Y"),
        "reason": campaign.reason_in(language),
    }


def start(
    request: HttpRequest,
    campaign: Campaign,
    *,
    door: Response.Door,
    invitation: uuid.UUID | None = None,
    came_by: uuid.UUID | None = None,
    not_mine_url: str = "",
) -> HttpResponse:
    """Begin a draft and go to its first page, at an address that holds no key.

    `came_by` is the link that was passed on to whoever answers; it is not spent. Whoever presses the button twice goes on with what they have begun by the same link.
    """
    response = redirect("surveys:page")
    response.status_code = SEE_OTHER
    begun = drafts.load(request, drafts.Journey.SURVEY)
    wanted = str(invitation) if invitation else None
    if begun and wanted and begun.contents.get("invitation") == wanted:
        return response
    if begun:
        drafts.drop(begun)
    contents = {
        "door": door.value,
        "campaign": str(campaign.pk),
        "invitation": wanted,
        "came_by": str(came_by) if came_by else None,
        "version": campaign.version_id,
        "values": _values(campaign),
        "not_mine_url": not_mine_url or reverse("outreach:forwarded"),
    }
    drafts.start(drafts.Journey.SURVEY, contents, response)
    return response


def _values(campaign: Campaign) -> dict[str, dict[str, str]]:
    """What the questionnaire is given, by language: the place and the period."""
    values = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            day = formats.date_format(campaign.period_from, "j F Y")
            values[code] = {"place": campaign.place_in(code), "period": day}
    return values
