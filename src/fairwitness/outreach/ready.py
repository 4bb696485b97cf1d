"""Letters that are ready but for one person's keys: each is made once for all who get the same."""

import uuid
from datetime import date

from fairwitness.governance.models import Controller
from fairwitness.outreach.due import Facts, sources_told
from fairwitness.outreach.letters import Letter, compose
from fairwitness.outreach.models import Campaign, Source
from fairwitness.outreach.stencil import Stencil


class Ready:
    """The campaigns and letters of one round. Whose address came twice gets a letter that says so."""

    def __init__(self, controller: Controller, *, on: date) -> None:
        self.controller, self.on = controller, on
        self.campaigns: dict[uuid.UUID, Campaign] = {}
        self.letters: dict[tuple[object, ...], tuple[Letter, Stencil]] = {}

    def campaign(self, pk: uuid.UUID) -> Campaign:
        """A campaign with its source."""
        if pk not in self.campaigns:
            self.campaigns[pk] = Campaign.objects.select_related("source").get(pk=pk)
        return self.campaigns[pk]

    def letter(self, facts: Facts) -> tuple[Letter, Stencil]:
        """The letter of somebody's language and wave, with every source of their address."""
        campaign = self.campaign(facts.campaign)
        sources = sources_told(facts, of=campaign.source_id)
        place = (facts.campaign, facts.language, facts.wave, sources)
        if place not in self.letters:
            found = Source.objects.in_bulk(sources[1:])
            letter = compose(
                campaign,
                self.controller,
                facts.language,
                wave=facts.wave,
                also_from=[found[pk] for pk in sources[1:]],
            )
            self.letters[place] = letter, Stencil(letter, on=self.on)
        return self.letters[place]
