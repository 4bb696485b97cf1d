"""`fairwitness keys`: what keys there are, and how trustees sign them away from the server."""

import argparse
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused


def add_commands(commands: Any) -> None:
    keys = commands.add_parser("keys", help="list the keys; make, sign and accept them")
    keys.add_argument("--dir", type=Path, help="the centre's folder")
    keys.add_argument("--json", action="store_true", help="for machines")
    keys.set_defaults(run=_list, needs_centre=True)
    verbs = keys.add_subparsers(metavar="VERB")

    trustee = verbs.add_parser("trustee", help="on a trustee's machine: make their key")
    trustee.add_argument("--out", type=Path, required=True)
    trustee.set_defaults(run=_trustee, needs_centre=False)

    trusting = verbs.add_parser("trust", help="on the server: believe this trustee")
    trusting.add_argument("root", help="the line that `keys trustee` printed")
    trusting.add_argument("--dir", type=Path)
    trusting.set_defaults(run=_trust, needs_centre=True)

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
    if chosen.out.exists():
        raise Refused(f"{chosen.out} is there already; choose another name.")
    key = Ed25519PrivateKey.generate()
    chosen.out.touch(mode=0o600)
    chosen.out.write_text(key.private_bytes_raw().hex() + "\n")
    say("Keep this file to yourself. Give the centre this line:")
    say(key.public_key().public_bytes_raw().hex())
    return 0


def _trust(chosen: argparse.Namespace) -> int:
    from django.conf import settings

    try:
        root = bytes.fromhex(chosen.root).hex()
    except ValueError:
        root = ""
    if len(root) != 64:  # noqa: PLR2004 # 32 bytes in hex
        raise Refused("That is no trustee's line: it has 64 letters and digits.")
    place = settings.SECRETS / "trustees.json"
    roots = json.loads(place.read_text())["roots"] if place.exists() else []
    place.write_text(json.dumps({"roots": sorted({*roots, root})}))
    say(
        f"{len({*roots, root})} trustees are believed. Make {place.name} read-only now."
    )
    return 0


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


def _sign(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.trust import KeyStatement, NotTrusted, sign_key

    key = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex(chosen.key.read_text().strip())
    )
    signed = []
    for row in json.loads(chosen.statements.read_text())["statements"]:
        try:
            statement = KeyStatement.from_bytes(row.encode())
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

    taken = sum(
        accept_signature(row["statement"].encode(), bytes.fromhex(row["signature"]))
        for row in json.loads(chosen.signed.read_text())["signed"]
    )
    say(f"{taken} signatures taken.")
    return 0 if taken else 1
