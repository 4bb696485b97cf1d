"""Maps the columns of somebody's file onto the fields of a fact, as SQL."""

from collections.abc import Iterator, Mapping
from typing import Any

from fairwitness.figures.plan import Plan
from fairwitness.refusal import Refused

TEXTS = (
    "id",
    "incident",
    "person",
    "month",
    "received_month",
    "district",
    "type",
    "setting",
    "role",
    "age_band",
    "status",
    "reason",
    "outcome",
    "detected_by",
)
_MOST_SHOWN = 12
_IN_FILES = "|;"


class BadFacts(Refused):
    """Facts that cannot be counted as they stand."""


def selected(there: Mapping[str, str], plan: Plan) -> Iterator[str]:
    """Every field of a fact, by the names of the plan or by our own. BadFacts when one is not there."""
    mapped = plan.columns
    if unknown := [name for name in mapped if name not in {*TEXTS, "grounds", "seed"}]:
        raise BadFacts(f"{unknown[0]!r} is no field of a fact.")
    missing = ", ".join(map(quoted, ("", *plan.missing)))
    for name in TEXTS:
        told = mapped.get(name, name if name in there else None)
        yield f"{_expression(told, there, missing)} AS {name}"
    yield f"{_grounds(mapped.get('grounds', 'grounds'), there, missing)} AS grounds"
    yield f"{_seed(mapped.get('seed', 'seed'), there)} AS seed"


def _expression(told: Any, there: Mapping[str, str], missing: str) -> str:
    if told is None:
        return "NULL::VARCHAR"
    if isinstance(told, Mapping) and "constant" in told:
        return quoted(str(told["constant"]))
    if isinstance(told, Mapping):
        year, month = (_name(told.get(part), there) for part in ("year", "month"))
        return f"format('{{:04d}}-{{:02d}}', {year}::INTEGER, {month}::INTEGER)"
    plain = f"trim({_name(told, there)}::VARCHAR)"
    return f"CASE WHEN {plain} IN ({missing}) THEN NULL ELSE {plain} END"


def _grounds(told: Any, there: Mapping[str, str], missing: str) -> str:
    if told == "grounds" and told not in there:
        return "[]::VARCHAR[]"
    if isinstance(told, str) and there.get(told, "").endswith("[]"):
        return f"{_name(told, there)}::VARCHAR[]"
    names = [told] if isinstance(told, str) else list(told)
    parts = ", ".join(f"{_name(name, there)}::VARCHAR" for name in names)
    joined = f"concat_ws('{_IN_FILES[0]}', {parts})"
    split = f"regexp_split_to_array({joined}, '[{_IN_FILES}]')"
    return (
        f"list_filter(list_transform({split}, lambda g: trim(g)), "
        f"lambda g: g NOT IN ({missing}))"
    )


def _seed(told: Any, there: Mapping[str, str]) -> str:
    if told == "seed" and told not in there:
        return "NULL::BLOB"
    name = _name(told, there)
    return name if there[told] == "BLOB" else f"unhex(nullif(trim({name}), ''))"


def _name(told: object, there: Mapping[str, str]) -> str:
    if told not in there:
        known = ", ".join(list(there)[:_MOST_SHOWN])
        raise BadFacts(
            f"The plan names the column {told!r}, and the file has none of that name. "
            f"It has: {known}."
        )
    return '"' + str(told).replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
