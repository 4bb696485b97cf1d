"""Small questions that the reader of XForms asks of one element."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from fairwitness.surveys.expressions.tree import local
from fairwitness.surveys.questions import Kind, Output, Text

_STANDARD = {
    "http://openrosa.org/javarosa",
    "http://openrosa.org/xforms",
    "http://www.opendatakit.org/xforms",
    "http://www.opendatakit.org/xforms/entities",
}
_OURS = {"part", "section", "fact", "purpose", "stop"}
_INPUTS = {
    "string": Kind.TEXT,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.MOMENT,
    "barcode": Kind.BARCODE,
    "geopoint": Kind.PLACE,
    "geotrace": Kind.PLACE,
    "geoshape": Kind.PLACE,
}
_CONTROLS = {
    "select1": Kind.ONE,
    "select": Kind.SEVERAL,
    "rank": Kind.RANK,
    "range": Kind.RANGE,
    "trigger": Kind.ACKNOWLEDGE,
}
TAGS = {"input", "upload", "group", *_CONTROLS}
_UPLOADS = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
_NOT_PARAMETERS = {"ref", "appearance", "query", "nodeset"}


def everything_named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield every element of this name, whatever its namespace."""
    return (each for each in element.iter() if local(each.tag) == name)


def child_named(element: ET.Element, name: str) -> ET.Element | None:
    """Return the first child of this name."""
    return next((each for each in element if local(each.tag) == name), None)


def child_text(element: ET.Element, name: str) -> str:
    """Return the text of the first child of this name."""
    child = child_named(element, name)
    return "" if child is None else (child.text or "")


def text_of(element: ET.Element) -> Text:
    """Return the text of an element, with the values that stand in it."""
    parts: list[str | Output] = [element.text or ""]
    for child in element:
        parts.append(Output(child.get("value", "").strip()))
        parts.append(child.tail or "")
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return Text(tuple(part for part in parts if part != ""))


def rule_of(element: ET.Element, name: str) -> str:
    """Return an attribute of XForms or ODK, trimmed."""
    return plain_attributes(element).get(name, "").strip()


def _namespace(name: str) -> str:
    return name[1:].split("}", 1)[0] if name.startswith("{") else ""


def plain_attributes(element: ET.Element) -> dict[str, str]:
    """Return the attributes of XForms and ODK by their names without namespaces."""
    return {
        local(name): value
        for name, value in element.attrib.items()
        if not _namespace(name) or _namespace(name) in _STANDARD
    }


def our_attributes(bind: ET.Element) -> dict[str, str]:
    """Return what the columns bind::fw:… say."""
    return {
        local(name): value.strip()
        for name, value in bind.attrib.items()
        if _namespace(name) not in _STANDARD | {""} and local(name) in _OURS
    }


def first_rule_of(bind: ET.Element) -> str:
    """Return what fills a value that devices know: the day and the moment; nothing else is taken."""
    preloads = {"date": "today()", "timestamp": "now()"}
    return preloads.get(rule_of(bind, "preload"), "")


def parameters_of(bind: ET.Element, control: ET.Element) -> dict[str, str]:
    """Return what else is said about a control, such as the steps of a range."""
    kind = local(bind.get("type", ""))
    shape = {"shape": kind} if _INPUTS.get(kind) is Kind.PLACE else {}
    return shape | {
        name: value
        for name, value in plain_attributes(control).items()
        if name not in _NOT_PARAMETERS
    }


def kind_of(bind: ET.Element, control: ET.Element | None) -> Kind:
    """Return what a node asks for, by its bind and its control."""
    if control is None:
        return _silent_kind(bind)
    if control.get("query"):
        return Kind.ONE
    tag = local(control.tag)
    if tag == "upload":
        return _UPLOADS.get(control.get("mediatype", "").split("/")[0], Kind.FILE)
    return _CONTROLS.get(tag) or _input_kind(bind, control)


def _input_kind(bind: ET.Element, control: ET.Element) -> Kind:
    kind = _INPUTS.get(local(bind.get("type", "string")), Kind.TEXT)
    is_filled = rule_of(bind, "calculate")
    if kind is Kind.TEXT and rule_of(bind, "readonly") == "true()" and not is_filled:
        return Kind.NOTE
    if kind is Kind.DATE and "month-year" in control.get("appearance", "").split():
        return Kind.MONTH
    return kind


def _silent_kind(bind: ET.Element) -> Kind:
    is_taken = local(bind.get("type", "")) in {"geopoint", "binary"}
    if rule_of(bind, "preload") or is_taken:
        return Kind.META
    return Kind.CALCULATE if rule_of(bind, "calculate") else Kind.HIDDEN
