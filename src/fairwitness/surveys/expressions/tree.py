"""The light tree that expressions walk: names, texts, and who is whose child."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

from fairwitness.refusal import Refused

DEEPEST = 200  # elements in each other


class UnreadableXml(Refused):
    """An XML text cannot be read, or asks for entities that nobody needs."""


NONE: list["Node"] = []
_NO_NAMES: Mapping[str, "Node"] = {}


class Node:
    """One element, one attribute, or (with the name "") the document above the first element.

    In a form that is worked out, `times` says which time of each repeat around it this is,
    and `is_relevant` whether the answers lead to it.
    """

    __slots__ = (
        "_named",
        "attributes",
        "children",
        "is_relevant",
        "name",
        "parent",
        "text",
        "times",
    )

    def __init__(
        self,
        name: str,
        text: str = "",
        *,
        parent: "Node | None" = None,
        times: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.text = text
        self.parent = parent
        self.times = times
        self.is_relevant = True
        self.children: list[Node] = NONE  # most have none, and share this list
        self.attributes: Mapping[str, Node] = _NO_NAMES
        self._named: dict[str, list[Node]] | None = None
        if parent is not None:
            if parent.children is NONE:
                parent.children = []
            parent.children.append(self)
            if parent._named is not None:
                parent._named.setdefault(name, []).append(self)

    def named(self, name: str) -> list["Node"]:
        """Return the children of this name. The list is the tree's own: do not change it."""
        if self._named is None:
            self._named = {}
            for child in self.children:
                self._named.setdefault(child.name, []).append(child)
        return self._named.get(name, NONE)

    def mark(self, name: str, text: str) -> None:
        """Give the element an attribute."""
        attribute = Node(name, text)
        attribute.parent = self
        self.attributes = {**self.attributes, name: attribute}

    def remove(self) -> None:
        """Take the element out of its parent."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent._named = None

    def string(self) -> str:
        """Return the text of the element, or of all elements in it."""
        if not self.children:
            return self.text
        return self.text + "".join(child.string() for child in self.children)

    def walk(self) -> Iterator["Node"]:
        """Yield this element and everything in it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def place(self) -> tuple[int, ...]:
        """Return where the element stands, so that sorting gives document order."""
        steps: list[int] = []
        node = self
        while node.parent is not None:
            siblings = node.parent.children
            steps.append(siblings.index(node) if node in siblings else -1)
            node = node.parent
        return tuple(reversed(steps))

    def position(self) -> int:
        """Return the position among the siblings of the same name, from 1; an attribute is alone."""
        siblings = self.parent.named(self.name) if self.parent else NONE
        return siblings.index(self) + 1 if self in siblings else 1

    def path(self) -> str:
        """Return the path without positions: /data/group/question."""
        above = self.parent.path() if self.parent is not None else ""
        return f"{above}/{self.name}" if self.name else ""


class Mixed(Node):
    """An element with others in it, whose spaces and line ends between them are kept."""

    __slots__ = ("between",)

    def __init__(self, name: str, between: list[str], *, parent: Node) -> None:
        super().__init__(name, parent=parent)
        self.between = between

    def string(self) -> str:
        """Return all texts in it, in document order (XPath 1.0 section 5.2)."""
        pieces = self.between[:1]
        for child, after in zip(self.children, self.between[1:], strict=True):
            pieces += (child.string(), after)
        return "".join(pieces)


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def parse_xml(text: str | bytes) -> ET.Element:
    """Read XML; a document type is refused, because that is where entities hide."""
    probe = text.encode() if isinstance(text, str) else text
    if b"<!DOCTYPE" in probe or b"<!ENTITY" in probe:
        raise UnreadableXml("Remove the document type from this XML file.")
    try:
        return ET.fromstring(text)  # noqa: S314 no document type, so no entities
    except ET.ParseError as wrong:
        raise UnreadableXml(f"This is not well-formed XML: {wrong}.") from wrong


def document(element: ET.Element, *, has_spaces: bool = False) -> Node:
    """Make the tree of an element, with the document above it; namespaces are dropped.

    Texts between elements are dropped too, unless it `has_spaces` that count.
    """
    top = Node("")
    waiting = [(element, top, 1)]
    while waiting:
        source, parent, depth = waiting.pop()
        if depth > DEEPEST:
            raise UnreadableXml(f"This XML is more than {DEEPEST} elements deep.")
        name, text = local(source.tag), source.text or ""
        if not len(source):
            node = Node(name, text, parent=parent)
        elif has_spaces:
            tails = [child.tail or "" for child in source]
            node = Mixed(name, [text, *tails], parent=parent)
        else:
            node = Node(name, parent=parent)
        for attribute, value in source.attrib.items():
            node.mark(local(attribute), value)
        waiting.extend((child, node, depth + 1) for child in reversed(source))
    return top


def read_instance(text: str | bytes) -> Node:
    """Read an instance from XML and return its document, with every space that stands in it."""
    return document(parse_xml(text), has_spaces=True)
