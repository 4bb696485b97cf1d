"""`fairwitness keys`: what keys there are, and how trustees sign them away from the server."""

import argparse
import json
from pathlib import Path
from typing import Any

from fairwitness.cli import recovery
from fairwitness.cli.asking import read_text, require_yes, write_new
from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused
from fairwitness.vault.trustees import Believed, TrusteeCard, TrusteeKey


def add_commands(commands: Any) -> None:
    keys = commands.add_parser("keys", help="list the keys; make, sign and accept them")
    keys.add_argument("--dir", type=Path, help="the centre's folder")
    keys.add_argument("--json", action="store_true", help="for machines")
    keys.set_defaults(run=_list, needs_centre=True)
    verbs = keys.add_subparsers(metavar="VERB")

    trustee = verbs.add_parser("trustee", help="on a trustee's machine: make their key")
    trustee.add_argument("--name", default="", help="the trustee's name")
    trustee.add_argument("--out", type=Path, required=True)
    trustee.set_defaults(run=_trustee, needs_centre=False)

    trusting = verbs.add_parser("trust", help="on the server: believe this trustee")
    trusting.add_argument("card", help="the card that `keys trustee` made")
    trusting.add_argument(
        "--recovery-only",
        action="store_true",
        help="they help to recover, and vouch for no key: for people who work here",
    )
    trusting.add_argument("--dir", type=Path)
    trusting.set_defaults(run=_trust, needs_centre=True)

    ending = verbs.add_parser("distrust", help="on the server: let a trustee go")
    ending.add_argument("name", help="their name, or the line of an earlier key")
    ending.add_argument("--dir", type=Path)
    ending.set_defaults(run=_distrust, needs_centre=True)

    statements = verbs.add_parser(
        "statements", help="on the server: what is to be signed"
    )
    statements.add_argument("--out", type=Path, required=True)
    statements.add_argument("--dir", type=Path)
    statements.set_defaults(run=_statements, needs_centre=True)

    sign = verbs.add_parser("sign", help="on a trustee's machine: sign it")
    sign.add_argument("statements", type=Path)
    sign.add_argument("--with", dest="key", type=Path, required=True)
    sign.add_argument("--out", type=Path, required=True)
    sign.set_defaults(run=_sign, needs_centre=False)

    accept = verbs.add_parser("accept", help="on the server: take the signatures")
    accept.add_argument("signed", type=Path)
    accept.add_argument("--dir", type=Path)
    accept.set_defaults(run=_accept, needs_centre=True)
    recovery.add_verbs(verbs)


def _list(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.models import KeyPair

    rows = [
        {
            "key_id": key.key_id,
            "purpose": key.purpose,
            "suite": key.suite,
            "epoch": key.epoch,
            "not_after": key.not_after.isoformat(),
            "retired_on": key.retired_on.isoformat() if key.retired_on else None,
            "signatures": len(key.signatures),
        }
        for key in KeyPair.objects.order_by("purpose", "epoch", "key_id")
    ]
    if chosen.json:
        say_json({"keys": rows})
        return 0
    for row in rows:
        say(
            f"{row['key_id']}  {row['purpose']:8} suite {row['suite']}  epoch {row['epoch']}"
            f"  until {row['not_after']}  signatures {row['signatures']}"
            f"{'  retired' if row['retired_on'] else ''}"
        )
    return 0


def _trustee(chosen: argparse.Namespace) -> int:
    key = TrusteeKey.new(chosen.name or chosen.out.stem)
    card = chosen.out.with_suffix(".card")
    if card.exists():
        raise Refused(f"{card} is there already; choose another name.")
    write_new(chosen.out, key.text)
    write_new(card, json.dumps(key.card.to_json()), mode=0o644)
    say(f"Keep {chosen.out} to yourself, with a copy in another place.")
    say(f"Give the centre {card}, and read them these five words: {key.card.check}")
    return 0


def _trust(chosen: argparse.Namespace) -> int:
    from django.conf import settings

    from fairwitness.vault.actions import TRUSTEES_FILE, believed

    if Path(chosen.card).exists():
        card = _card(read_text(Path(chosen.card)))
        say(f"{card.name}, with the words: {card.check}")
        require_yes(f"Did {card.name} read you the same five words?")
        now = believed().and_card(card, signs=not chosen.recovery_only)
    else:
        now = believed().and_root(chosen.card)
    now.write(settings.SECRETS / TRUSTEES_FILE)
    _say_trustees(now)
    return 0


def _card(text: str) -> TrusteeCard:
    try:
        return TrusteeCard.from_json(json.loads(text))
    except ValueError:
        raise Refused("That file is no card of a trustee.") from None


def _distrust(chosen: argparse.Namespace) -> int:
    from django.conf import settings

    from fairwitness.vault.actions import TRUSTEES_FILE, believed

    now = believed().without(chosen.name)
    now.write(settings.SECRETS / TRUSTEES_FILE)
    _say_trustees(now)
    return 0


def _say_trustees(now: Believed) -> None:
    say(f"{len(now.roots)} may vouch for keys, {len(now.cards)} help to recover.")
    if now.helpers:
        say("Each member now unlocks their key once: that seals it for the three.")
    else:
        say("Two of three can bring a lost key back; until then there are only sheets.")


def _statements(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.actions import statement_of
    from fairwitness.vault.models import KeyPair

    house = KeyPair.objects.exclude(purpose=KeyPair.Purpose.STAFF).filter(
        retired_on=None
    )
    rows = [statement_of(key).to_bytes().decode() for key in house]
    chosen.out.write_text(json.dumps({"statements": rows}, indent=1))
    say(f"{len(rows)} statements. Bring {chosen.out} to a trustee.")
    return 0


def _rows(place: Path, kind: str) -> list[Any]:
    try:
        return list(json.loads(read_text(place))[kind])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{place} holds no {kind}.") from None


def _sign(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.trust import KeyStatement, NotTrusted, sign_key

    key = TrusteeKey.read(read_text(chosen.key)).sign
    signed = []
    for row in _rows(chosen.statements, "statements"):
        try:
            statement = KeyStatement.from_bytes(str(row).encode())
        except NotTrusted as refusal:
            raise Refused(str(refusal)) from None
        say(
            f"{statement.purpose} key {statement.public_key.key_id.hex()}, until {statement.not_after}"
        )
        signed.append({"statement": row, "signature": sign_key(statement, key).hex()})
    chosen.out.write_text(json.dumps({"signed": signed}, indent=1))
    say(f"{len(signed)} signed. Bring {chosen.out} back to the centre.")
    return 0


def _accept(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.actions import accept_signature

    rows = _rows(chosen.signed, "signed")
    try:
        signed = [
            (row["statement"].encode(), bytes.fromhex(row["signature"])) for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{chosen.signed} is not what `keys sign` writes.") from None
    taken = sum(accept_signature(*one) for one in signed)
    if not taken:
        raise Refused(
            "None of these is the signature of a believed trustee under a key that stands here."
        )
    say(f"{taken} signatures taken.")
    return 0
