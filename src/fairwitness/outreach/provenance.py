"""Where an address came from, in the terms of W3C PROV: who gave it, by what, when (INV-1)."""

from datetime import date
from typing import Any

from fairwitness.outreach.models import AlsoFrom, Contact, Source


def sources_of(contact: Contact) -> list[tuple[Source, date]]:
    """Every source that gave us an address and the day on which it came in, the first one first."""
    also = AlsoFrom.objects.filter(contact=contact).select_related("source")
    later = [(one.source, one.since_on) for one in also.order_by("since_on", "pk")]
    return [(contact.source, contact.batch.imported_on), *later]


def provenance_of(contact: Contact) -> dict[str, Any]:
    """What we can say about where an address came from, as PROV-JSON. It holds no address.

    Entity: the address, and the paper that shows the giver's right, by its SHA-256. Agent:
    who gave it. Activities: their giving, and our taking it in.
    """
    found = sources_of(contact)
    entity = {"fw:address": {"prov:type": "fw:Address"}}
    agent, given, taken, used = {}, {}, {}, {}
    for source, day in found:
        name = f"fw:{source.code}"
        entity[f"{name}/paper"] = {"fw:sha256": source.evidence_hash}
        agent[f"{name}/giver"] = {"prov:label": source.given_by}
        given[f"{name}/giving"] = {
            "prov:endTime": source.given_on.isoformat(),
            "fw:how": source.given_how,
            "fw:told": source.told,
            "fw:basisOfGiver": source.giver_basis,
            "fw:sentence": source.sentence,
            "fw:basis": source.basis,
        }
        taken[f"{name}/import"] = {"prov:endTime": day.isoformat()}
        used[f"{name}/giving"] = f"{name}/paper"
    activities = {**given, **taken}
    return {
        "prefix": {"fw": "urn:fairwitness:"},
        "entity": entity,
        "agent": agent,
        "activity": activities,
        "wasGeneratedBy": {
            f"_:generated{number}": {
                "prov:entity": "fw:address",
                "prov:activity": f"fw:{source.code}/import",
            }
            for number, (source, _day) in enumerate(found)
        },
        "wasAttributedTo": {
            f"_:attributed{number}": {
                "prov:entity": "fw:address",
                "prov:agent": f"fw:{source.code}/giver",
            }
            for number, (source, _day) in enumerate(found)
        },
        "used": {
            f"_:used{number}": {"prov:activity": activity, "prov:entity": paper}
            for number, (activity, paper) in enumerate(used.items())
        },
        "wasInformedBy": {
            f"_:informed{number}": {
                "prov:informed": f"fw:{source.code}/import",
                "prov:informant": f"fw:{source.code}/giving",
            }
            for number, (source, _day) in enumerate(found)
        },
    }
