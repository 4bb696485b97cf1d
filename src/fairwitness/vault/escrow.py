"""Two of three trustees can open what one cannot: a nested seal for each pair.

No Shamir sharing is needed for two of three. For the trustees ada < ben < cai (by name) the
secret is sealed three times: "ada+ben" is sealed to ben inside and to ada outside, and so on.
The context is ("escrow", subject, "ada+ben/inner" or "ada+ben/outer").
"""

from collections.abc import Mapping
from itertools import combinations

from fairwitness.refusal import Refused
from fairwitness.vault.envelope import Context, open_with, seal_to
from fairwitness.vault.suites import PrivateKey, PublicKey

TRUSTEES = 3
_AND = "+"


class TooFewTrustees(Refused):
    """One trustee alone opens nothing."""


def escrow(
    secret: bytes, trustees: Mapping[str, PublicKey], *, subject: str
) -> dict[str, bytes]:
    """Seal a secret so that any two of the three can recover it: one envelope for each pair.

    `subject` names what the secret is (the id of a key); it is needed again to recover.
    Three names of one and the same key would be one trustee: ValueError.
    """
    if len(trustees) != TRUSTEES or len(set(trustees.values())) != TRUSTEES:
        raise ValueError("an escrow has three trustees, each with a key of their own")
    if any(_AND in name for name in trustees):
        raise ValueError("the name of a trustee cannot hold a plus sign")
    sealed = {}
    for first, second in combinations(sorted(trustees), 2):
        pair = f"{first}{_AND}{second}"
        inner = seal_to(trustees[second], secret, _inner(pair, subject))
        sealed[pair] = seal_to(trustees[first], inner, _outer(pair, subject))
    return sealed


def take_off_outer(
    envelope: bytes, key: PrivateKey, *, pair: str, subject: str
) -> bytes:
    """The first of the pair opens the outer seal, on their own machine, and reads nothing."""
    return open_with(key, envelope, _outer(pair, subject))


def take_off_inner(
    envelope: bytes, key: PrivateKey, *, pair: str, subject: str
) -> bytes:
    """The second of the pair opens what the first one hands over, and has the secret."""
    return open_with(key, envelope, _inner(pair, subject))


def recover(
    escrowed: Mapping[str, bytes], keys: Mapping[str, PrivateKey], *, subject: str
) -> bytes:
    """Open an escrow where two trustees sit together. Raises TooFewTrustees, CannotOpen."""
    for first, second in combinations(sorted(keys), 2):
        pair = f"{first}{_AND}{second}"
        if pair in escrowed:
            inner = take_off_outer(
                escrowed[pair], keys[first], pair=pair, subject=subject
            )
            return take_off_inner(inner, keys[second], pair=pair, subject=subject)
    raise TooFewTrustees(
        "Two of the three trustees are needed for this, each with their own key."
    )


def _outer(pair: str, subject: str) -> Context:
    return Context("escrow", subject, f"{pair}/outer")


def _inner(pair: str, subject: str) -> Context:
    return Context("escrow", subject, f"{pair}/inner")
