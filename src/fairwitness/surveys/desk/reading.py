"""What the desk knows of a file: its sheets, what the checker finds, what keeps it from being published."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from fairwitness.refusal import Refused
from fairwitness.surveys import findings
from fairwitness.surveys.checking import Finding, Level, check_form
from fairwitness.surveys.checking.beside import Named, named_files
from fairwitness.surveys.checking.outline import outline_of
from fairwitness.surveys.checking.workbook import (
    Heading,
    Sheet,
    Workbook,
    read_workbook,
)
from fairwitness.surveys.companions import Companions
from fairwitness.surveys.fitness import obstacles
from fairwitness.surveys.questions import Form
from fairwitness.surveys.xlsform import UnreadableForm, read_form

# What the checker advises and publishing asks for: said once.
_SAID_TWICE = {"no-purpose", "no-page-yet", "repeat-in-about", "repeat-in-survey"}
# What the checker advises, and publishing asks for in the same cells.
_NEEDED = {"no-file", "no-words"}
# What publishing asks for beyond what the checker asks of every form.
_ONLY_FOR_PUBLISHING = {
    "no-part",
    "no-section",
    "no-purpose",
    "no-text",
    "no-about",
    "not-in-survey",
    "repeat-in-about",
    "repeat-in-survey",
    "words-in-survey",
    "unsupported",
    "file-elsewhere",
    "not-a-file",
}
MOST_ALIKE = 5  # missing cells of one column that are named one by one


@dataclass(frozen=True, eq=False)
class Reading:
    """A file as the desk reads it."""

    sheet: bytes
    name: str
    beside: Companions = ()

    @cached_property
    def workbook(self) -> Workbook:
        """The sheets; empty when nothing can be read."""
        try:
            return read_workbook(self.sheet)
        except UnreadableForm:
            return Workbook({})

    @cached_property
    def form(self) -> Form | None:
        """The questionnaire, when it can be read to the end."""
        try:
            return read_form(self.sheet, self.beside)
        except Refused:
            return None

    @cached_property
    def _found(self) -> tuple[Finding, ...]:
        return check_form(self.sheet, name=self.name, beside=self.beside)

    @cached_property
    def checked(self) -> tuple[Finding, ...]:
        """What the checker says, errors first."""
        unfit = {one.code for one in self.unfit}
        left = [
            one
            for one in self._found
            if not (one.code in _SAID_TWICE | _NEEDED and unfit and self.form)
        ]
        return tuple(sorted(left, key=lambda one: one.level is not Level.ERROR))

    @cached_property
    def unfit(self) -> tuple[Finding, ...]:
        """What keeps a form that can be read from being published, with its cells."""
        if self.form is None:
            return ()
        found = [one for one in obstacles(self.form) if one.code not in _NEEDED]
        if self.has_errors:
            found = [one for one in found if one.code in _ONLY_FOR_PUBLISHING]
        needed = [
            replace(one, level=Level.ERROR)
            for one in self._found
            if one.code in _NEEDED
        ]
        return tuple(dict.fromkeys([*needed, *_placed(found, self.workbook)]))

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """Every place in the sheets that names a file."""
        return tuple(named_files(outline_of(self.workbook)))

    @cached_property
    def has_errors(self) -> bool:
        """Whether the checker finds mistakes, not only advice."""
        return self.form is None or any(one.level is Level.ERROR for one in self._found)

    @property
    def may_be_published(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.has_errors and not self.unfit


@lru_cache(maxsize=4)
def read(sheet: bytes, name: str, beside: Companions = ()) -> Reading:
    """Read a file; what was read last is kept, since its pages are looked at one after another."""
    return Reading(sheet, name, beside)


def _placed(found: list[findings.Finding], workbook: Workbook) -> Iterator[Finding]:
    """Say these where they stand in the sheet; a column that is missing is said once."""
    survey = workbook.sheet("survey")
    rows = {
        name: entries[0].row for name, entries in outline_of(workbook).named.items()
    }
    alike = Counter((one.code, one.column) for one in found)
    told: Counter[tuple[str, str]] = Counter()
    for one in found:
        kind = (one.code, one.column)
        told[kind] += 1
        heading = _heading(survey, one.column)
        if heading is None and one.column and alike[kind] > 1:
            if told[kind] == 1:
                yield survey.says(
                    one.code,
                    f"The column {one.column} is missing: {alike[kind]} rows need it. {one.message}",
                    one.fix,
                )
        elif told[kind] == MOST_ALIKE + 1:
            more = alike[kind] - MOST_ALIKE
            yield survey.says(
                one.code, f"And {more} more like this in {one.column}.", one.fix
            )
        elif told[kind] <= MOST_ALIKE:
            yield survey.says(
                one.code,
                f"{one.name}: {one.message}",
                one.fix,
                row=rows.get(one.name.rsplit("/", 1)[-1]),
                at=heading,
            )


def _heading(survey: Sheet, column: str) -> Heading | None:
    """The heading that a finding names, as it is written there."""
    wanted = "".join(column.split()).lower()
    for heading in survey.headings:
        written = "".join(heading.written.split()).lower()
        if wanted in {written, heading.meaning}:
            return heading
    return None
