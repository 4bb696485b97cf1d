"""What each page of the gallery shows."""

from collections.abc import Callable
from datetime import time
from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.utils.html import format_html

from fairwitness.design.shapes import Option

WORDS = "maple velvet pencil carbon ribbon walnut oyster tundra saddle"
DIGITS = "12345 67890 12345 67890 12345 67890 12345"
STORY = (
    "Since March the chair of our branch has kept me out of meetings.\n"
    "He says the room is too small for my chair. It is the room we have used for years.\n"
    "Two members heard it. One of them wrote it down on the same evening.\n"
    "I asked the office for help in April and have not had an answer."
)
BROUGHT = (
    Option("me", "It happened to me"),
    Option("saw", "I saw it or heard of it"),
    Option("help", "I help somebody it happened to"),
    Option("nothing", "Nothing happened to me in this period"),
    Option("rather_not", "I would rather not say", is_apart=True),
)
GROUNDS = (
    Option("age", "Age"),
    Option("disability", "Disability", "also an illness that lasts"),
    Option("origin", "Race or origin"),
    Option("own", "In my own words"),
    Option("not_sure", "I am not sure", is_apart=True),
    Option("rather_not", "I would rather not say", is_apart=True),
)


def step(on: str, what: str, **more: Any) -> Thing:
    """Return a step of a timeline."""
    return Thing(on=on, what=what, **more)


def link(words: str) -> str:
    """Return a cell that leads to a case."""
    return format_html('<a href="case">{}</a>', words)


class ColleagueForm(forms.Form):
    """A form of the desk with every kind of field."""

    name = forms.CharField(label="Name", help_text="As colleagues know it.")
    mail = forms.EmailField(label="Mail")
    role = forms.ChoiceField(
        label="Role", choices=[("case", "Caseworker"), ("lead", "Lead")]
    )
    languages = forms.MultipleChoiceField(
        label="Languages",
        choices=[("en", "English"), ("ar", "العربية")],
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.ChoiceField(
        label="Starts",
        choices=[("now", "Today"), ("later", "Next month")],
        widget=forms.RadioSelect,
    )
    may_see = forms.BooleanField(label="Has read the promise of silence")
    about = forms.CharField(label="Notes", widget=forms.Textarea, required=False)


def ask() -> dict[str, Any]:
    return {
        "back_url": "elsewhere",
        "options": BROUGHT,
        "chosen": "saw",
        "parts": 4,
    }


def several() -> dict[str, Any]:
    return {"back_url": "elsewhere", "options": GROUNDS, "chosen": ["age"]}


def mend() -> dict[str, Any]:
    return {
        "back_url": "elsewhere",
        "errors": {
            "when": "Choose a month, or choose 'I am not sure'",
            "told": "Leave this empty if you like",
        },
        "years": range(2026, 2020, -1),
        "value": {"month": "03"},
        "order": [("heard", "To be heard"), ("change", "That it stops")],
        "ranked": {"change": "1"},
    }


def own() -> dict[str, Any]:
    return {
        "steps": [
            step("24 November", "A caseworker opened it, first reading"),
            step("22 November", "We received it"),
        ],
        "tasks": [
            Thing(title="Keep your code", state="done"),
            Thing(title="Say who may receive it", state="todo", url="elsewhere"),
            Thing(title="Our answer", state="waiting", waits_for="our caseworker"),
            Thing(
                title="Ask for the whole file",
                state="blocked",
                why="First change your code: we heard it on the phone.",
            ),
        ],
    }


def consent() -> dict[str, Any]:
    return {
        "recipient": Thing(
            name="City Legal Aid",
            who="A charity that gives legal advice, in Eastend.",
            what="What you told us in your own words. Not your name.",
            package_url="elsewhere",
            why="To advise you whether the branch broke the law.",
            until="31 May 2027",
            take_back="On your page, at any time. What they have already read, they know.",
        ),
        "action": "elsewhere",
        "back_url": "elsewhere",
    }


def who() -> dict[str, Any]:
    return {
        "promises": [
            Thing(what="Read within 3 days", kept=94, of=96),
            Thing(what="Passed on with consent", kept=12, of=""),
            Thing(what="Passed on without", kept=0, of=""),
        ],
        "columns": [
            Thing(label="Where"),
            Thing(label="Told us", unit="reports", is_number=True),
            Thing(label="Counted", unit="reports", is_number=True),
            Thing(label="Incidents", unit="counted", is_number=True),
            Thing(label="People affected", unit="at least", is_number=True),
        ],
        "rows": [
            ["Workplace", 84, 71, 66, 52],
            ["Meeting", 61, 58, 49, 47],
            ["Housing", 40, 33, 28, "[c]"],
            ["Online", 29, 21, 20, "[c]"],
        ],
    }


def case() -> dict[str, Any]:
    reasons = [("first", "First reading"), ("work", "Working on it")]
    return {
        "unlocked_until": time(17, 40),
        "sections": [
            Thing(
                name="Account",
                key="a",
                size="2 kB",
                opened=2,
                url="elsewhere",
                reasons=reasons,
                last_reason="work",
            ),
            Thing(
                name="Identity",
                key="i",
                needs="Sealed twice: needs the reporter's signed consent, or two of us.",
            ),
            Thing(name="Evidence", key="e", size="2 files", text=STORY, lang="en"),
        ],
        "steps": [
            step("25 Nov", "Asked the reporter about the date", who="Ada", is_now=True),
            step(
                "24 Nov",
                "Linked report B: same time, same place",
                who="Ada",
                undo_url="elsewhere",
            ),
            step("23 Nov", "Received, open form", how="the form itself"),
        ],
    }


def campaign() -> dict[str, Any]:
    return {
        "findings": [
            Thing(
                level="stop",
                code="FW104",
                words="“relevant parties” names nobody",
                place="Letter, line 14",
                mend="Name the organisation, or delete the sentence.",
                url="elsewhere",
            ),
            Thing(
                level="look",
                code="FW212",
                words="Reading grade 10, aim for 8",
                place="Letter, line 3",
                mend="Split this sentence.",
                url="elsewhere",
                keep_url="elsewhere",
            ),
        ],
        "passed": "41 checks passed.",
        "form": ColleagueForm({"name": "Ben", "mail": "ben"}),
    }


def inbox() -> dict[str, Any]:
    return {
        "unlocked_until": time(17, 40),
        "columns": [
            Thing(label=label)
            for label in ("Due", "Told us", "Facts", "With", "State", "Language")
        ],
        "rows": [
            [link("today"), "22 Nov, open", "happened to me; workplace; disability; Lowmoor", "-", "not read", "Arabic"],
            [link("tomorrow"), "22 Nov, phone", "I saw it; meeting; age; Lowmoor", "-", "not read", "English"],
            [link("Thu 26"), "23 Nov, mail", "happened to me; online; two grounds", "-", "not read, under 18", "English"],
            [link("overdue 2"), "12 Nov, open", "happened to me; housing; race or origin", "Ben", "our answer promised", "English"],
        ],
    }  # fmt: skip


def kept() -> dict[str, Any]:
    return {"fields": [("page", "2"), ("account", STORY)], "action": "elsewhere"}


PAGES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "ask": ("gallery/ask.html", ask),
    "several": ("gallery/several.html", several),
    "tell": ("gallery/tell.html", lambda: {"language_form": "question-form"}),
    "mend": ("gallery/mend.html", mend),
    "check": (
        "gallery/check.html",
        lambda: {"story": STORY, "words": WORDS, "digits": DIGITS},
    ),
    "receipt": ("gallery/receipt.html", lambda: {"words": WORDS, "digits": DIGITS}),
    "own": ("gallery/own.html", own),
    "consent": ("gallery/consent.html", consent),
    "code": ("gallery/code.html", lambda: {"errors": [("code", CODE_ERROR)]}),
    "who": ("gallery/who.html", who),
    "inbox": ("gallery/inbox.html", inbox),
    "case": ("gallery/case.html", case),
    "campaign": ("gallery/campaign.html", campaign),
    "refused": (
        "design/refused.html",
        lambda: {
            "reason": "This is for disclosure officers. Ask Lea or Sam.",
            "return_url": "elsewhere",
        },
    ),
    "not_open": ("design/not_open.html", dict),
    "kept": ("design/kept.html", kept),
    "unsaved": ("design/kept.html", lambda: {**kept(), "because": "unsaved"}),
    "404": ("404.html", dict),
    "500": ("500.html", dict),
}
CODE_ERROR = "“pencal” is not one of our words. Did you mean “pencil”?"
REPORTER_PAGES = (
    "ask", "several", "tell", "mend", "check", "receipt", "own", "consent", "code",
    "refused", "not_open", "kept", "unsaved", "404",
)  # fmt: skip
PUBLIC_PAGES = ("who", "500")
DESK_PAGES = ("inbox", "case", "campaign")
