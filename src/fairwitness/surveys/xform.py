"""Reads the XForm that pyxform writes into our own questionnaire."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fairwitness.surveys.expressions.tree import local, parse_xml
from fairwitness.surveys.languages import UNKNOWN, language_of
from fairwitness.surveys.or_other import with_others
from fairwitness.surveys.questions import (
    AREAS,
    Choice,
    Choices,
    Form,
    Group,
    Kind,
    Language,
    Media,
    Question,
    Text,
    Texts,
)
from fairwitness.surveys.xform_parts import (
    TAGS,
    child_named,
    child_text,
    everything_named,
    first_rule_of,
    kind_of,
    our_attributes,
    parameters_of,
    plain_attributes,
    rule_of,
    text_of,
)

_PLAIN_LIST = re.compile(r"instance\('([^']*)'\)/root/item")
_ITEXT = re.compile(r"jr:itext\('([^']*)'\)")


_YES = {"yes", "true", "true()", "1"}
MEDIA = ("image", "big-image", "audio", "video")


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said under one id of the texts, in every language."""

    texts: Texts = field(default_factory=dict)
    guidance: Texts = field(default_factory=dict)
    media: Media = field(default_factory=dict)


def form_of(
    xml: str,
    *,
    warnings: tuple[str, ...] = (),
    lists: Mapping[str, tuple[Choice, ...]] | None = None,
) -> Form:
    """Return the questionnaire of an XForm, without its hash; `lists` stand on a sheet of their own."""
    return with_others(_Reader(parse_xml(xml), lists or {}).form(warnings))


class _Reader:
    def __init__(
        self, root: ET.Element, lists: Mapping[str, tuple[Choice, ...]]
    ) -> None:
        self.model = next(everything_named(root, "model"))
        self.title = "".join(next(everything_named(root, "title")).itertext())
        self.instances = [each for each in self.model if local(each.tag) == "instance"]
        self.primary = self.instances[0][0]
        self.said: dict[str, _Said] = {}
        self.languages = self.read_itext()
        self.default = self.languages[0].code
        self.binds = {
            each.get("nodeset", ""): each
            for each in everything_named(self.model, "bind")
        }
        self.controls: dict[str, ET.Element] = {}
        self.repeats: dict[str, ET.Element] = {}
        for each in next(everything_named(root, "body")).iter():
            self.note_control(each)
        self.first_values = {
            each.get("ref", ""): each.get("value", "")
            for each in everything_named(root, "setvalue")
            if "odk-instance-first-load" in each.get("event", "")
        }
        self.lists: dict[str, tuple[Choice, ...]] = dict(lists)
        self.external: list[str] = []
        self.sources: dict[str, str] = {}
        self.read_lists()

    def form(self, warnings: tuple[str, ...]) -> Form:
        root = local(self.primary.tag)
        form = Form(
            hash="",
            id=self.primary.get("id", ""),
            version=plain_attributes(self.primary).get("version", ""),
            title=self.title,
            root=root,
            languages=self.languages,
            default_language=self.default,
            children=self.children(self.primary, f"/{root}", part="", section=""),
            lists=self.lists,
            external=tuple(self.external),
            sources=self.sources,
            itext=self.needed_itext(),
            warnings=warnings,
        )
        names = Counter(each.name for each in form.questions)
        return replace(form, children=_with_keys(form.children, names, root))

    def read_itext(self) -> tuple[Language, ...]:
        translations = sorted(
            everything_named(self.model, "translation"),
            key=lambda each: each.get("default") is None,
        )
        languages = [language_of(each.get("lang", "")) for each in translations]
        gathered: dict[str, list[tuple[str, ET.Element]]] = {}
        for translation, language in zip(translations, languages, strict=True):
            for text in translation:
                gathered.setdefault(text.get("id", ""), []).append(
                    (language.code, text)
                )
        for name, texts in gathered.items():
            self.said[name] = self.said_in(texts)
        unique = {each.code: each for each in reversed(languages)}
        ordered = [
            unique[code] for code in dict.fromkeys(each.code for each in languages)
        ]
        # Pictures in a column without a language are for all of them, and make none of their own.
        spoken = {code for said in self.said.values() for code in said.texts}
        ordered = [
            each for each in ordered if each.code in spoken or each.code != UNKNOWN
        ]
        return tuple(ordered) or (language_of("default"),)

    def said_in(self, texts: list[tuple[str, ET.Element]]) -> _Said:
        plain: dict[str, Text] = {}
        guidance: dict[str, Text] = {}
        media: dict[str, dict[str, str]] = {}
        for code, element in texts:
            for value in element:
                text = text_of(value)
                form = value.get("form")
                if text.parts in {(), ("-",)}:  # pyxform's sign for "not translated"
                    continue
                if form is None:
                    plain[code] = text
                elif form == "guidance":
                    guidance[code] = text
                elif form in MEDIA:
                    name = text.plain.removeprefix("jr://").partition("/")[2]
                    media.setdefault(form, {})[code] = name
        return _Said(plain, guidance, media)

    def needed_itext(self) -> dict[str, Texts]:
        rules = [
            value
            for bind in self.binds.values()
            for name, value in bind.attrib.items()
            if local(name) in {"calculate", "relevant", "constraint"}
        ]
        if not any("jr:itext" in rule for rule in rules):
            return {}
        return {name: said.texts for name, said in self.said.items() if said.texts}

    def note_control(self, element: ET.Element) -> None:
        tag = local(element.tag)
        path = element.get("nodeset" if tag == "repeat" else "ref", "")
        if tag == "repeat":
            self.repeats[path] = element
        elif tag in TAGS:
            self.controls[path] = element

    def read_lists(self) -> None:
        for instance in self.instances[1:]:
            name = instance.get("id", "")
            if instance.get("src"):
                self.external.append(name)
                scheme, _slash, file = instance.get("src", "").rpartition("/")
                if name != AREAS and scheme.startswith("jr://file"):
                    self.sources[name] = file
            elif len(instance):
                self.lists[name] = tuple(map(self.choice, instance[0]))

    def choice(self, row: ET.Element) -> Choice:
        columns = {local(each.tag): each.text or "" for each in row}
        name = columns.pop("name", "")
        said = self.said.get(columns.pop("itextId", ""), _Said())
        label = said.texts or self.inline(columns.pop("label", ""))
        return Choice(name, label, columns, said.media)

    def inline(self, text: str) -> Texts:
        return {self.default: Text((text,))} if text else {}

    def children(
        self, element: ET.Element, path: str, *, part: str, section: str
    ) -> tuple[Group | Question, ...]:
        found: dict[str, Group | Question] = {}
        for child in element:
            here = f"{path}/{local(child.tag)}"
            if here not in found and not self.is_bookkeeping(child, path):
                found[here] = self.child(child, here, part=part, section=section)
        return tuple(found.values())

    def is_bookkeeping(self, child: ET.Element, path: str) -> bool:
        return local(child.tag) == "meta" and path.count("/") == 1

    def child(
        self, element: ET.Element, path: str, *, part: str, section: str
    ) -> Group | Question:
        bind = self.binds.get(path, ET.Element("bind"))
        ours = our_attributes(bind)
        part, section = ours.get("part", part), ours.get("section", section)
        control = self.controls.get(path)
        is_group = len(element) or path in self.repeats
        if is_group or (control is not None and local(control.tag) == "group"):
            return self.group(element, path, part=part, section=section)
        return self.question(element, path, part=part, section=section)

    def group(
        self, element: ET.Element, path: str, *, part: str, section: str
    ) -> Group:
        bind = self.binds.get(path, ET.Element("bind"))
        control = self.controls.get(path)
        repeat = self.repeats.get(path)
        holders = [each for each in (control, repeat) if each is not None]
        label = self.part_of(control, "label")
        return Group(
            name=local(element.tag),
            path=path,
            label=label.texts,
            media=label.media,
            relevant=rule_of(bind, "relevant"),
            appearance=" ".join(each.get("appearance", "") for each in holders).strip(),
            part=part,
            is_repeat=repeat is not None,
            repeat_count="" if repeat is None else rule_of(repeat, "count"),
            children=self.children(element, path, part=part, section=section),
        )

    def question(
        self, element: ET.Element, path: str, *, part: str, section: str
    ) -> Question:
        bind = self.binds.get(path, ET.Element("bind"))
        control = self.controls.get(path)
        ours = our_attributes(bind)
        label, hint = self.part_of(control, "label"), self.part_of(control, "hint")
        return Question(
            name=local(element.tag),
            key="",
            path=path,
            kind=_kind_of(bind, control, element),
            label=label.texts,
            hint=hint.texts,
            purpose=hint.guidance,
            choices=self.choices(path, control),
            relevant=rule_of(bind, "relevant"),
            constraint=rule_of(bind, "constraint"),
            constraint_message=self.message(bind, "constraintMsg"),
            required=rule_of(bind, "required"),
            required_message=self.message(bind, "requiredMsg"),
            readonly=rule_of(bind, "readonly"),
            calculate=rule_of(bind, "calculate"),
            default=(element.text or "").strip(),
            default_rule=self.first_values.get(path, "") or first_rule_of(bind),
            appearance="" if control is None else control.get("appearance", ""),
            parameters={} if control is None else parameters_of(bind, control),
            part=part,
            section=section,
            fact=ours.get("fact", "").lower() in _YES,
            asked_for=ours.get("purpose", ""),
            stop=ours.get("stop", ""),
            media=label.media,
        )

    def part_of(self, control: ET.Element | None, name: str) -> _Said:
        element = None if control is None else child_named(control, name)
        if element is None:
            return _Said()
        found = _ITEXT.fullmatch(element.get("ref", ""))
        if found is not None:
            return self.said.get(found.group(1), _Said())
        text = text_of(element)
        return _Said({self.default: text} if text.parts else {})

    def message(self, bind: ET.Element, name: str) -> Texts:
        written = rule_of(bind, name)
        found = _ITEXT.fullmatch(written)
        if found is not None:
            return self.said.get(found.group(1), _Said()).texts
        return self.inline(written)

    def choices(self, path: str, control: ET.Element | None) -> Choices | None:
        if control is None:
            return None
        itemset = child_named(control, "itemset")
        query = control.get("query", "").strip()
        if query:
            found = _PLAIN_LIST.match(query)
            return Choices(found.group(1) if found else "", rule=query)
        if itemset is None:
            return self.written_choices(path, control)
        nodeset = itemset.get("nodeset", "").strip()
        value, label = child_named(itemset, "value"), child_named(itemset, "label")
        found = _PLAIN_LIST.match(nodeset)
        return Choices(
            list_name=found.group(1) if found else "",
            rule="" if found and found.group() == nodeset else nodeset,
            value="name" if value is None else value.get("ref", "name"),
            label="label" if label is None else label.get("ref", "label"),
        )

    def written_choices(self, path: str, control: ET.Element) -> Choices | None:
        rows = [each for each in control if local(each.tag) == "item"]
        if not rows:
            return None
        self.lists[path] = tuple(
            Choice(
                "".join(child_text(row, "value")),
                self.part_of(row, "label").texts,
            )
            for row in rows
        )
        return Choices(list_name=path)


def _kind_of(bind: ET.Element, control: ET.Element | None, element: ET.Element) -> Kind:
    """What a node asks for; what may only be read and holds a text of its own is no note."""
    kind = kind_of(bind, control)
    has_text = bool((element.text or "").strip())
    return Kind.TEXT if kind is Kind.NOTE and has_text else kind


def _with_keys(
    children: tuple[Group | Question, ...], names: Counter[str], root: str
) -> tuple[Group | Question, ...]:
    keyed: list[Group | Question] = []
    for child in children:
        if isinstance(child, Group):
            keyed.append(
                replace(child, children=_with_keys(child.children, names, root))
            )
        else:
            is_unique = names[child.name] == 1
            key = child.name if is_unique else child.path.removeprefix(f"/{root}/")
            keyed.append(replace(child, key=key))
    return tuple(keyed)
