"""`fairwitness keys rehearse`, `sheet`, `restore` and `recover`: what brings lost keys back."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairwitness.cli.asking import (
    ask_line,
    ask_twice,
    read_text,
    require_yes,
    write_new,
)
from fairwitness.cli.saying import say
from fairwitness.refusal import Refused

if TYPE_CHECKING:
    from fairwitness.staff.models import Recovery, User

ONE_LINE = ", in one line:"


def add_verbs(verbs: Any) -> None:
    """Add these to `fairwitness keys`."""
    rehearse = verbs.add_parser(
        "rehearse", help="on the server: type a recovery sheet, to see that it works"
    )
    which = rehearse.add_mutually_exclusive_group(required=True)
    which.add_argument("--member", help="this member's own sheet")
    which.add_argument("--house", action="store_true", help="the sheet of the house")
    rehearse.add_argument("--dir", type=Path, help="the centre's folder")
    rehearse.set_defaults(run=_rehearse, needs_centre=True)

    sheet = verbs.add_parser(
        "sheet", help="on the server: print a new recovery sheet of the house"
    )
    sheet.add_argument("--dir", type=Path)
    sheet.set_defaults(run=_sheet, needs_centre=True)

    restore = verbs.add_parser(
        "restore", help="on the server: write lost key files anew, with that sheet"
    )
    restore.add_argument("--dir", type=Path)
    restore.set_defaults(run=_restore, needs_centre=True)

    recover = verbs.add_parser("recover", help="a lost key back, by two trustees")
    _add_steps(recover.add_subparsers(metavar="STEP", required=True))


def _add_steps(steps: Any) -> None:
    ask = steps.add_parser("ask", help="on the server: write the paper for them")
    ask.add_argument("--member", required=True, help="who is to get the key")
    ask.add_argument("--triage", action="store_true", help="the key to new reports")
    ask.add_argument("--rehearsal", action="store_true", help="only to try it")
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--dir", type=Path)
    ask.set_defaults(run=_ask, needs_centre=True)

    helping = steps.add_parser(
        "help", help="on a trustee's machine: take off one seal; two do it in turn"
    )
    helping.add_argument("paper", type=Path)
    helping.add_argument("--with", dest="key", type=Path, required=True)
    helping.add_argument("--out", type=Path, required=True)
    helping.set_defaults(run=_help, needs_centre=False)

    take = steps.add_parser("take", help="on the server: take what the second gave")
    take.add_argument("paper", type=Path)
    take.add_argument("--dir", type=Path)
    take.set_defaults(run=_take, needs_centre=True)


def say_sheet(words: tuple[str, ...], what: str) -> None:
    """Show a sheet, five words a line."""
    say(f"{what} It is shown once: print it or write it down, and keep it elsewhere.")
    for start in range(0, len(words), 5):
        say("  " + " ".join(words[start : start + 5]))


def _rehearse(chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from fairwitness.staff.actions import rehearse_by_house_sheet, rehearse_by_sheet

    now = timezone.now()
    if chosen.house:
        words = ask_line(f"The 20 words of the sheet of the house{ONE_LINE}")
        proven = rehearse_by_house_sheet(words=words, at=now, by=None)
    else:
        member = _member(chosen.member)
        words = ask_line(f"The 20 words of {member}'s recovery sheet{ONE_LINE}")
        proven = rehearse_by_sheet(member, words=words, at=now)
    for key in proven:
        say(f"{key.purpose} key {key.key_id} would come back.")
    say("Nothing was changed. The day is noted; it holds for a year.")
    return 0


def _sheet(_chosen: argparse.Namespace) -> int:
    from fairwitness.vault.house_sheet import lock_house_keys

    say_sheet(lock_house_keys().words, "The recovery sheet of the house.")
    say("An earlier one serves no more.")
    return 0


def _restore(_chosen: argparse.Namespace) -> int:
    from fairwitness.vault.house_sheet import restore_house_keys

    written = restore_house_keys(
        ask_line(f"The 20 words of the sheet of the house{ONE_LINE}")
    )
    say(
        f"Written: {', '.join(written)}." if written else "Every key file is as it was."
    )
    return 0


def _ask(chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from fairwitness.ledger.actors import SYSTEM
    from fairwitness.staff.actions import ask_trustees, paper_of

    member = _member(chosen.member)
    if chosen.out.exists():
        raise Refused(f"{chosen.out} is there already; choose another name.")
    asked, words = ask_trustees(
        member,
        on=timezone.localdate(),
        by=SYSTEM,
        triage=chosen.triage,
        rehearsal=chosen.rehearsal,
    )
    paper = paper_of(asked)
    write_new(chosen.out, paper.to_text())
    say_sheet(words.words, f"One-time words, for {member} alone.")
    say(f"{member} reads these five words to each trustee: {paper.ask.check}")
    say(f"Bring {chosen.out} to one trustee, what they hand back to another.")
    return 0


def _help(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.envelope import CannotOpen
    from fairwitness.vault.recovery_paper import Paper
    from fairwitness.vault.trustees import TrusteeKey

    paper = Paper.read(read_text(chosen.paper))
    trustee = TrusteeKey.read(read_text(chosen.key))
    key = trustee.recovery_key
    say(paper.ask.what)
    say(f"Speak with {paper.ask.member} yourself. They read you: {paper.ask.check}")
    require_yes("Is it really they who ask, and are the words the same?")
    try:
        helped = paper.helped_by(key)
    except CannotOpen:
        raise Refused("This paper was altered on its way. Ask for it again.") from None
    write_new(chosen.out, helped.to_text())
    say(
        f"Two have helped. Bring {chosen.out} back to the centre."
        if helped.answer
        else f"One seal is off. Hand {chosen.out} to another trustee."
    )
    return 0


def _take(chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from fairwitness.staff.actions import rehearse_by_trustees, take_triage_key

    text, now = read_text(chosen.paper), timezone.now()
    asked = _asked(text)
    words = ask_line(f"The 20 one-time words of {asked.user}{ONE_LINE}")
    if asked.test:
        rehearse_by_trustees(asked, paper=text, words=words, at=now)
        say("It worked. Nothing was changed; the day is noted, and holds for a year.")
    elif asked.key != asked.user.key:
        take_triage_key(asked, paper=text, words=words, at=now)
        say(f"{asked.user} holds the key to new reports.")
    else:
        _set_anew(asked, text=text, words=words)
    return 0


def _set_anew(asked: "Recovery", *, text: str, words: str) -> None:
    from django.utils import timezone

    from fairwitness.staff.actions import recover_by_trustees

    chosen = ask_twice(f"A new vault passphrase for {asked.user}")
    sheet = recover_by_trustees(
        asked, paper=text, words=words, passphrase=chosen, at=timezone.now()
    )
    say_sheet(sheet.words, f"{asked.user}'s new recovery sheet.")


def _asked(text: str) -> "Recovery":
    from fairwitness.staff.models import Recovery
    from fairwitness.vault.recovery_paper import Paper

    number = Paper.read(text).ask.number
    known = {str(one.pk): one for one in Recovery.objects.select_related("key", "user")}
    if number not in known:
        raise Refused("Nobody here asked for this, or asked again since.")
    return known[number]


def _member(name: str) -> "User":
    from fairwitness.staff.models import User

    member = User.objects.filter(name=name, is_active=True).first()
    if member is None:
        raise Refused(f"Nobody here is called {name}.")
    return member
