"""What a page of a form is: its questions, where it stands, and which time of a repeat it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairwitness.surveys.questions import Group, Question, Texts, key_at


@dataclass(frozen=True, slots=True)
class Progress:
    """Part 2 of 4: When and where. `label` is the label of the outermost group."""

    number: int
    total: int
    label: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a question or a note, a field-list group with its relevant questions, or a repeat.

    The page of a `repeat` comes behind all its times and asks whether there is another.
    `inside` are the repeats around the page, the outer one first, with their times.
    """

    key: str
    part: str
    questions: tuple[Question, ...]
    group: Group | None
    progress: Progress
    repeat: Group | None = None
    inside: tuple[Group, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the answers hold what this page asks."""
        if self.repeat is not None:
            return (self.repeat.times_key(self.repeat.times),)
        return tuple(each.key for each in self.asked)

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that are answered here; a note is not."""
        return tuple(each for each in self.questions if each.is_asked)

    @property
    def stop(self) -> str:
        """The name of the page that ends the journey here, or nothing."""
        return next((each.stop for each in self.questions if each.stop), "")


@dataclass(slots=True)
class Unit:
    """What stands on one page."""

    questions: tuple[Question, ...]
    group: Group | None = None
    repeat: Group | None = None
    inside: tuple[Group, ...] = ()

    @property
    def slug(self) -> str:
        """The word of the page in its address."""
        if self.repeat is not None:
            return self.repeat.times_key(self.repeat.times).replace("/", ".")
        if self.group is not None:
            return key_at(self.group.name, self.group.times)
        return self.questions[0].key.replace("/", ".")


@dataclass(slots=True)
class Draft:
    unit: Unit
    chapter: str
    label: Texts

    def page(self, part: str, chapters: Mapping[str, Progress]) -> Page:
        unit = self.unit
        return Page(
            unit.slug,
            part,
            unit.questions,
            unit.group,
            chapters[self.chapter],
            repeat=unit.repeat,
            inside=unit.inside,
        )
