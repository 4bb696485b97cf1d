"""What a questionnaire is: languages, groups, questions, choices and their rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain


class Part(StrEnum):
    """Which sending a question belongs to."""

    SURVEY = "survey"  # answers that belong to nobody
    REPORT = "report"  # an account, sealed
    ABOUT = "about"  # a few questions about oneself, after sending


class Section(StrEnum):
    """Which sealed section of a report an answer goes into."""

    NARRATIVE = "narrative"
    IDENTITY = "identity"
    OTHERS = "others"
    EVIDENCE = "evidence"


class Kind(StrEnum):
    """What is asked for, and so how it is answered."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MONTH = "month"
    TIME = "time"
    MOMENT = "date and time"
    ONE = "one choice"
    SEVERAL = "several choices"
    RANK = "ranking"
    RANGE = "range"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledgement"
    BARCODE = "barcode"
    PLACE = "exact place"
    IMAGE = "image"
    AUDIO = "sound"
    VIDEO = "video"
    FILE = "file"
    CALCULATE = "calculation"
    HIDDEN = "hidden"
    META = "data about the device or the visit"


SUPPORTED = frozenset(
    {
        Kind.TEXT,
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.RANGE,
        Kind.DATE,
        Kind.MONTH,
        Kind.TIME,
        Kind.MOMENT,
        Kind.ONE,
        Kind.SEVERAL,
        Kind.RANK,
        Kind.ACKNOWLEDGE,
        Kind.BARCODE,
        Kind.PLACE,
        Kind.IMAGE,
        Kind.AUDIO,
        Kind.VIDEO,
        Kind.FILE,
        Kind.META,  # which is left empty, or worked out and not kept
        Kind.NOTE,
        Kind.CALCULATE,
        Kind.HIDDEN,
    }
)
FILES = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})  # go to evidence
SILENT = frozenset({Kind.CALCULATE, Kind.HIDDEN, Kind.META})
CHOOSING = frozenset({Kind.ONE, Kind.SEVERAL})
LISTED = CHOOSING | {Kind.RANK}  # answered with names of choices


AREAS = "areas"  # the list that every centre brings: its own districts


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the form; `name` is as its own speakers write it in the header."""

    code: str
    name: str
    direction: str  # "ltr" or "rtl"


@dataclass(frozen=True, slots=True)
class Output:
    """A value inside a text, as an expression: ${period} in the sheet."""

    expression: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text, with the values that are put into it when it is shown."""

    parts: tuple[str | Output, ...]

    @property
    def plain(self) -> str:
        """The text with … where a value would stand."""
        return "".join(part if isinstance(part, str) else "…" for part in self.parts)

    @property
    def is_fixed(self) -> bool:
        """Whether no value is put into it."""
        return all(isinstance(part, str) for part in self.parts)


Texts = Mapping[str, Text]  # by code of language
Media = Mapping[str, Mapping[str, str]]  # names of files by what they are, and language
Times = tuple[int, ...]  # which time of each repeat around something, from 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; `columns` are for filters."""

    name: str
    label: Texts
    columns: Mapping[str, str] = field(default_factory=dict)
    media: Media = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the choices of a question come from: a list, or an expression that gives nodes."""

    list_name: str = ""
    rule: str = ""
    value: str = "name"
    label: str = "label"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a silent value such as a calculation. Rules are expressions, "" if none.

    `key` is the name in the answers: the name itself, or the path without the root where two
    questions share a name. `purpose` is the text "why we ask, and who can read this";
    `asked_for` is the code of that reason (codes.AskedFor). `stop` ends the journey here:
    nothing is sent, and the page of that name is shown.
    """

    name: str
    key: str
    path: str
    kind: Kind
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    purpose: Texts = field(default_factory=dict)
    choices: Choices | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: Texts = field(default_factory=dict)
    required: str = ""
    required_message: Texts = field(default_factory=dict)
    readonly: str = ""
    calculate: str = ""
    default: str = ""
    default_rule: str = ""
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    section: str = ""
    fact: bool = False
    asked_for: str = ""
    stop: str = ""
    media: Media = field(default_factory=dict)
    times: Times = ()

    def at(self, times: Times) -> "Question":
        """Return the question as it stands in repeats: with a key of its own each time."""
        if not times:
            return self
        return replace(self, key=key_at(self.key, times), times=times)

    @property
    def is_asked(self) -> bool:
        """Whether somebody answers it on a page."""
        return self.kind not in SILENT and self.kind is not Kind.NOTE

    @property
    def is_shown(self) -> bool:
        """Whether it stands on a page."""
        return self.kind not in SILENT


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; a field-list is shown on one page."""

    name: str
    path: str
    label: Texts = field(default_factory=dict)
    relevant: str = ""
    appearance: str = ""
    part: str = ""
    is_repeat: bool = False
    repeat_count: str = ""
    media: Media = field(default_factory=dict)
    children: tuple["Group | Question", ...] = ()
    times: Times = ()

    def at(self, times: Times) -> "Group":
        """Return the group as it stands in repeats."""
        return replace(self, times=times) if times else self

    def times_key(self, around: Times) -> str:
        """Return the key under which the answers hold how often a repeat stands there."""
        return f"{key_at(self.path.split('/', 2)[2], around)}~"

    @property
    def is_page(self) -> bool:
        """Whether all its questions stand on one page."""
        return "field-list" in self.appearance.split() and not self.is_repeat


@dataclass(frozen=True, eq=False)
class Form:
    """A questionnaire as it was read. Two forms are equal when their hashes are."""

    hash: str
    id: str
    version: str
    title: str
    root: str  # the name of the outermost element, as in /data/question
    languages: tuple[Language, ...]
    default_language: str
    children: tuple[Group | Question, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    external: tuple[str, ...] = ()  # lists from elsewhere: the centre's areas, or files
    sources: Mapping[str, str] = field(default_factory=dict)  # files of lists, by list
    beside: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of files, by name
    itext: Mapping[str, Texts] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()  # of the reader; not part of the hash

    def __eq__(self, other: object) -> bool:
        """Compare by hash."""
        return isinstance(other, Form) and self.hash == other.hash

    def __hash__(self) -> int:
        """Hash by hash, so that compiled rules can be kept."""
        return hash(self.hash)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question and silent value, in the order of the sheet."""
        return tuple(each for each, _above in self.walk() if isinstance(each, Question))

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """Every question by its key."""
        return {question.key: question for question in self.questions}

    def walk(self) -> Iterator[tuple["Group | Question", tuple[Group, ...]]]:
        """Yield every group and question with the groups around it."""
        yield from _walk(self.children, ())

    def question(self, key: str) -> Question | None:
        """Return the question of a key in the answers, also of one in repeats."""
        return self.by_key.get(key.partition("~")[0])

    @cached_property
    def repeats(self) -> tuple[Group, ...]:
        """Every repeat, the outer ones first."""
        groups = (each for each, _above in self.walk() if isinstance(each, Group))
        return tuple(each for each in groups if each.is_repeat)

    def of_part(self, part: str) -> tuple[Question, ...]:
        """Return the questions of one part."""
        return tuple(each for each in self.questions if each.part == part)

    @property
    def givens(self) -> tuple[str, ...]:
        """Names of hidden values that whoever opens the form fills, such as the period."""
        return tuple(each.name for each in self.questions if each.kind is Kind.HIDDEN)

    def language(self, code: str) -> Language:
        """Return a language of the form, or its default one."""
        known = {each.code: each for each in self.languages}
        return known.get(code) or known[self.default_language]

    @property
    def unsupported(self) -> tuple[str, ...]:
        """What this form uses and no page can show yet, each by kind and name."""
        found: list[str] = []
        for each, _above in self.walk():
            if isinstance(each, Question) and each.kind not in SUPPORTED:
                found.append(f"{each.kind}: {each.name}")
        found.extend(
            f"list from elsewhere: {name}"
            for name in self.external
            if name != AREAS and name not in self.sources
        )
        return tuple(found)

    @cached_property
    def media(self) -> Mapping[str, str]:
        """What each picture, sound and film that is shown is to be, by the names of the files."""
        chosen = (choice for choices in self.lists.values() for choice in choices)
        shown = (each for each, _above in self.walk())
        return {
            name: what
            for one in chain(shown, chosen)
            for what, names in one.media.items()
            for name in names.values()
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """Files that this form names and that did not come with it."""
        named = {*self.sources.values(), *self.media}
        return tuple(sorted(named - set(self.beside)))


def _walk(
    children: tuple[Group | Question, ...], above: tuple[Group, ...]
) -> Iterator[tuple[Group | Question, tuple[Group, ...]]]:
    for child in children:
        yield child, above
        if isinstance(child, Group):
            yield from _walk(child.children, (*above, child))


def key_at(key: str, times: Times) -> str:
    """Return the key of something in repeats: name~2, or name~2-1 where they are nested."""
    return f"{key}~{'-'.join(map(str, times))}" if times else key


def in_language(texts: Texts, code: str, default: str) -> tuple[str, Text] | None:
    """Return a text and the language it is in: the wanted one, the default one, or any."""
    for each in (code, default, *texts):
        if each in texts:
            return each, texts[each]
    return None
