"""The first weeks of a real centre, over its pages and commands: letters, a report, a release, an edition."""

import io
import re
import shutil
import subprocess
import zipfile
from email import policy
from email.parser import BytesParser
from html import unescape
from pathlib import Path

import pyrage
from django.utils import timezone

from fairwitness.demo.answers import report_answers
from fairwitness.demo.visitor import Typed
from tests.over_http import Caller

RUNNING = Path(__file__).parent.parent / "docs" / "running.md"
RECIPIENT = "City Legal Aid"
MEMBERS = """email,language,name
ari@members.example,en,Ari Vale
bo@members.example,en,Bo Marsh
cleo@members.example,ar,Cleo Reed
dara@members.example,en,Dara Thorn
emre@members.example,en,Emre Lake
"""
A_REPORT = "/desk/reports/[0-9a-f-]{36}"


def source_in_the_docs() -> str:
    """The file about a list's source, as the document shows it; the list was given today."""
    found = re.search(r"```toml\n(.*?)```", RUNNING.read_text(), re.DOTALL)
    assert found
    today = f"given_on = {timezone.localdate()} "
    told, number = re.subn(r"given_on = [0-9-]+ ", today, str(found[1]))
    assert number == 1
    return told


def import_in_the_docs() -> list[str]:
    """The command that takes the list, as the document shows it."""
    found = re.search(r"^fairwitness contacts import.*$", RUNNING.read_text(), re.M)
    assert found
    return found[0].split()


def link_to(caller: Caller, pattern: str) -> str:
    """The first address of this shape on the page."""
    found = re.search(pattern, unescape(caller.page.content.decode()))
    assert found, f"nothing like {pattern} on {caller.at}"
    return found[0]


def choice(caller: Caller, label: str) -> str:
    """The value of the choice that reads so."""
    page = unescape(caller.page.content.decode())
    choices: list[tuple[str, str]] = re.findall(
        r'<option value="([^"]+)"[^>]*>([^<]+)', page
    )
    return next(value for value, read in choices if label in read)


def hand_on_the_key(ann: Caller, name: str) -> None:
    """Ann hands the key to new reports to a colleague, on their page."""
    ann.open("/desk/colleagues")
    found = rf'/desk/colleagues/[0-9a-f-]{{36}}(?="><bdi>{name}<)'
    ann.open(link_to(ann, found))
    ann.send(ann.form(action="/key"))


def name_a_recipient(ann: Caller, bo: Caller) -> pyrage.x25519.Identity:
    """Ann adds an organisation and its key, Bo has rung them; gives what only they have."""
    theirs = pyrage.x25519.Identity.generate()
    ann.fill(
        "/desk/settings/recipients",
        name=RECIPIENT,
        what_it_does="It advises people on their rights, free of charge.",
        country="GB",
        contact="0300 000 001, ask for intake",
        agreement="It uses a case for the person who told us, and keeps it two years.",
        agreed_on=timezone.localdate().isoformat(),
    )
    there = link_to(ann, r"/desk/settings/recipients/[0-9a-f-]{36}")
    ann.fill(there, age_key=str(theirs.to_public()))
    bo.open(there)
    bo.send(bo.form(action="/confirm"))
    return theirs


def write_down_the_list(place: Path) -> None:
    """Five members, where their addresses come from, and the paper that shows it."""
    (place / "members.csv").write_text(MEMBERS)
    (place / "members.toml").write_text(source_in_the_docs())
    (place / "agreement.pdf").write_bytes(b"a signed paper")


def write_to_five(ann: Caller) -> None:
    """A campaign, as its page asks for it; the letters are those to start from."""
    ann.open("/desk/draft-campaign")
    form, known = ann.form(asks="subject_en"), ann.shown
    written = {name: known.get(name, "") for name in form.asks}
    written |= {
        "name": "first-survey",
        "title": "First survey",
        "source": choice(ann, "members-2026"),
        "version": choice(ann, "default"),
        "audience": "All five members of the committee",
        "audience_size": "5",
        "way": "all",
        "chosen_how": "Everybody on the list of members.",
        "period_from": timezone.localdate().replace(month=1, day=1).isoformat(),
        "place_en": "the meetings of the Trust",
        "place_ar": "اجتماعات الجمعية",
    }
    ann.send(form, **written)
    assert "Every check passed" in ann.text
    ann.open("/desk/campaigns/first-survey/launch")
    ann.send(ann.form(asks="number"), number="5")


def links_in(letters: list[bytes], *, public: str) -> list[str]:
    """The personal link of each letter, as its reader takes it out."""
    parser, links = BytesParser(policy=policy.default), []
    for letter in letters:
        body = parser.parsebytes(letter).get_body(("plain",))
        text = str(body.get_content()) if body else ""
        links += [word for word in text.split() if word.startswith(f"{public}/i/")][:1]
    return links


def answer_and_tell(member: Caller, link: str) -> str:
    """Answer by the link, then tell what happened; gives the code."""
    member.open(link)
    member.send(member.form(action="/i/"))
    answers = {"about": "happened_to_me", "how_many": "one", "age_band": "25_to_39"}
    member.walk(answers, until="/answer/check/")
    member.send(member.form(action="/answer/check/"))
    member.send(member.form(action="/tell/"))
    member.send(member.form(action="/tell/"))
    told = report_answers(0, year=timezone.localdate().year)
    del told["district"]  # this centre has named no areas
    member.walk(told, until="/tell/check/")
    code = " ".join(member.code_words)
    member.send(member.form(action="/tell/check/"), act="send")
    return code


def say_yes(member: Caller, code: str) -> None:
    """Come back with the code, and let the one recipient have it."""
    come_back(member, code)
    member.open("/report/page/")
    member.open(link_to(member, r"/report/who/[0-9a-f-]{36}/"))
    assert RECIPIENT in member.text
    member.send(member.form(action="/who/"), consent="yes")


def come_back(member: Caller, code: str) -> None:
    """Type the code on the page that asks for it."""
    member.open("/report/")
    member.send(member.form(asks="code"), code=code)


def work_on_it(ann: Caller) -> str:
    """Read the report, open its incident, code it, answer; gives the address of the report."""
    ann.open("/desk/inbox")
    report = link_to(ann, A_REPORT)
    ann.open(report)
    ann.send(ann.form(action="/open/narrative"), reason="first_reading")
    assert "names of those who would need the lift" in ann.text
    ann.send(ann.form(action="/incident"))
    ann.open(f"{report}/code")
    ann.send(ann.forms[-1], open="1")
    form, known = ann.form(asks="status"), ann.shown
    coded: dict[str, Typed] = {name: known.get(name, "") for name in form.asks}
    coded |= {"status": "counted", "detected_by": "told"}
    coded |= {"grounds": ["disability"], "reason": ""}
    ann.send(form, **coded)
    assert "Coded." in ann.text
    ann.fill(
        f"{report}/answer", text="Thank you. We read it, and are asking the chair."
    )
    return report


def pass_it_on(ann: Caller, bo: Caller, report: str) -> bytes:
    """Bo asks and prepares, Ann looks and approves, Bo seals and saves the file."""
    bo.open(f"{report}/release")
    to = choice(bo, RECIPIENT)
    bo.send(bo.form(asks="recipient"), recipient=to, sections=["narrative"])
    release = link_to(bo, "/desk/releases/[0-9a-f-]{36}")
    bo.send(bo.form(action="/prepare"))
    ann.open(release)
    ann.send(ann.form(action="/look"))
    ann.send(ann.form(action="/approve"), name=RECIPIENT)
    bo.open(release)
    bo.send(bo.form(action="/hand-over"), name=RECIPIENT)
    bo.send(bo.form(action="/download"))
    return bytes(bo.page.content)


def opened_by_recipient(
    sealed: bytes, theirs: pyrage.x25519.Identity, place: Path
) -> dict[str, str]:
    """What the recipient reads, with the age tool where it is installed."""
    desk = place / "recipient"
    desk.mkdir()
    (desk / "key.txt").write_text(f"{theirs}\n")
    (desk / "package.zip.age").write_bytes(sealed)
    if age := shutil.which("age"):
        words = [age, "-d", "-i", "key.txt", "-o", "package.zip", "package.zip.age"]
        subprocess.run(words, cwd=desk, check=True)
    else:
        (desk / "package.zip").write_bytes(pyrage.decrypt(sealed, [theirs]))
    with zipfile.ZipFile(io.BytesIO((desk / "package.zip").read_bytes())) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}
