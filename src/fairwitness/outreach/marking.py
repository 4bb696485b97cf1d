"""Shows findings beside the very text, with the place marked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.conf import settings
from django.urls import reverse

from fairwitness.governance.context import Language
from fairwitness.outreach.kept import Told
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.preflight.campaign import about, written
from fairwitness.outreach.preflight.finding import Finding

# Findings about our mail, and which page of it they are about; none: the overview.
MAIL_STEPS = {
    "FW152": "",
    "FW155": "",
    "FW161": "spf",
    "FW162": "spf",
    "FW163": "dkim",
    "FW164": "dmarc",
    "FW165": "dmarc",
    "FW169": "",
    "FW170": "dkim",
}


@dataclass(frozen=True)
class Piece:
    """Some signs of a text, with the codes of the findings that are about them."""

    text: str
    codes: str = ""
    anchor: str = ""
    is_stop: bool = False


@dataclass(frozen=True)
class Marked:
    """A text with its findings: `told` are drawn by the component of the desk."""

    title: str
    language: str
    way: str
    pieces: list[Piece]
    told: list[dict[str, str]] = field(default_factory=list)


def marked_texts(campaign: Campaign, told: Iterable[Told]) -> list[Marked]:
    """Each text of a campaign that something was found in, or that is a letter."""
    shown = []
    findings = list(told)
    passages = [one for pair in written(campaign) for one in pair]
    for passage in [*passages, *about(campaign)]:
        here = [one for one in findings if one.finding.at.field == passage.field]
        is_letter = "text" in passage.field
        if not passage.text.strip() or not (here or is_letter):
            continue
        language = passage.language or settings.LANGUAGE_CODE
        shown.append(
            Marked(
                title=_title(passage.part, passage.field, language),
                language=language,
                way=Language.of(language).dir,
                pieces=pieces_of(passage.text, here, name=passage.field),
                told=[drawn(one, campaign) for one in here],
            )
        )
    return shown


def elsewhere(campaign: Campaign, told: Iterable[Told]) -> list[dict[str, str]]:
    """The findings that are about no text that is shown."""
    return [drawn(one, campaign) for one in told if not one.finding.at.field]


def drawn(told: Told, campaign: Campaign) -> dict[str, str]:
    """A finding as the component of the desk draws it."""
    finding, at = told.finding, told.finding.at
    can_keep = finding.level == "LOOK" and not told.kept and not campaign._state.adding
    return {
        "level": "fine" if told.kept else finding.level.lower(),
        "code": finding.code,
        "words": finding.message,
        "place": finding.place,
        "mend": f"{told.by}: {told.reason}" if told.kept else finding.fix,
        "rule": f"{finding.rule}: {finding.law}",
        "url": f"#{_anchor(at.field, at.start)}" if at.field else _page_of(finding),
        "keep_url": (
            reverse("outreach:keep", args=[campaign.name, finding.mark])
            if can_keep
            else ""
        ),
    }


def _page_of(finding: Finding) -> str:
    """The page on which a finding about our mail is mended."""
    step = MAIL_STEPS.get(finding.code)
    if step is None:
        return ""
    return (
        reverse("outreach:mail_step", args=[step]) if step else reverse("outreach:mail")
    )


def pieces_of(text: str, told: Iterable[Told], *, name: str) -> list[Piece]:
    """A text cut where findings begin and end; those that overlap share their signs."""
    spans = [(one.finding, one.finding.at) for one in told]
    edges = {0, len(text)}
    for _finding, at in spans:
        edges |= {min(at.start, len(text)), min(at.start + at.length, len(text))}
    cuts = sorted(edges)
    pieces = []
    for begun, end in pairwise(cuts):
        over = [
            f for f, at in spans if at.start <= begun and end <= at.start + at.length
        ]
        starts_here = any(at.start == begun for f, at in spans if f in over)
        pieces.append(
            Piece(
                text[begun:end],
                " ".join(dict.fromkeys(one.code for one in over)),
                _anchor(name, begun) if starts_here else "",
                any(one.level == "STOP" for one in over),
            )
        )
    return pieces


def _anchor(name: str, start: int) -> str:
    return f"{name}-{start}"


def _title(part: str, name: str, language: str) -> str:
    called = settings.LANGUAGE_NAMES.get(language, language)
    kind = part.partition(",")[0]
    if kind == "campaign":
        kind = _ABOUT.get(name, "reason for the deadline")
    return f"{kind[:1].upper()}{kind[1:]}, {called}"


_ABOUT = {"audience": "who they are", "chosen_how": "how they were chosen"}
