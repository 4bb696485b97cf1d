"""What is known of the answers to a survey, and the columns in which it is told. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairwitness.figures.definitions import DIMENSIONS, Dimension
from fairwitness.figures.tables import CODE, COUNT, LABEL, MARK, NOTE, Column

CAMPAIGNS = "survey_campaigns"
PERCENT = 100


@dataclass(frozen=True)
class Answered:
    """One answer: how it came, whether in a week that stands out, and its codes by question."""

    is_own: bool
    is_calm: bool
    answers: Mapping[str, str | None]


@dataclass(frozen=True)
class Asked:
    """A campaign and its answers in the period. `is_whole` says that it has no others."""

    code: str
    title: str
    invited: int
    answered: Sequence[Answered]
    burst_days: int = 0
    is_whole: bool = True
    is_open: bool = False


@dataclass
class Cell:
    """How many answers, of them by one's own link, and outside of weeks that stand out."""

    count: int = 0
    own: int = 0
    calm: int = 0

    def add(self, one: Answered) -> None:
        """Count an answer."""
        self.count += 1
        self.own += one.is_own
        self.calm += one.is_calm


QUESTIONS: tuple[Dimension, ...] = (
    Dimension(
        "about",
        "what brought people to answer",
        {
            "nothing_happened": "Nothing happened to them",
            "happened_to_me": "It happened to them",
            "saw_or_heard": "They saw or heard it",
            "help_somebody": "They help somebody",
            "rather_not": "Rather did not say",
        },
    ),
    Dimension(
        "how_many",
        "how often it happened",
        {
            "one": "Once",
            "two_or_three": "Two or three times",
            "four_to_ten": "Four to ten times",
            "more_than_ten": "More than ten times",
        },
        has_order=True,
    ),
    Dimension("age_band", "age of those who answered", DIMENSIONS["age_band"].codes),
    Dimension("area", "area of those who answered", {}),
)
FIRST = "about"
ASKED_MORE = frozenset({"happened_to_me", "saw_or_heard", "help_somebody"})
"""Who answers this to the first question is asked the others."""
NO_ANSWER = "Not asked, or no answer"

NUMBERS = {
    "own": "Without passed-on links",
    "passed_on": "By passed-on links",
    "calm": "Without the weeks of crowds",
    "invited": "Invited",
    "burst_days": "Days of crowds",
}
CAMPAIGN_COLUMNS = (
    CODE,
    LABEL,
    COUNT,
    *(Column(name, "integer", title) for name, title in NUMBERS.items()),
    Column("responded", "number", "Of those invited, %"),
    MARK,
    NOTE,
)
COLUMNS = (
    CODE,
    LABEL,
    Column("campaign", "string", "Campaign"),
    COUNT,
    Column("of", "integer", "Of"),
    Column("share", "number", "% of all answers"),
    Column("own", "integer", "Without passed-on links"),
    Column("own_of", "integer", "Of"),
    Column("own_share", "number", "% without passed-on links"),
    Column("own_low", "number", "95 % from"),
    Column("own_high", "number", "95 % to"),
    Column("calm", "integer", "Without the weeks of crowds"),
    Column("calm_of", "integer", "Of"),
    Column("calm_share", "number", "% without the weeks of crowds"),
    MARK,
    NOTE,
)
