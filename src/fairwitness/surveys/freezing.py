"""A questionnaire as canonical JSON, and back: what its hash is taken of, and what is stored."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from fairwitness.refusal import Refused
from fairwitness.surveys.questions import (
    Choice,
    Choices,
    Form,
    Group,
    Kind,
    Language,
    Output,
    Question,
    Text,
    Texts,
)

FORMAT = "fairwitness/questionnaire/1"
_TEXTS = {"label", "hint", "purpose", "constraint_message", "required_message"}


class NotFrozen(Refused):
    """A stored questionnaire does not have the hash that it is stored under."""


def freeze(form: Form) -> bytes:
    """Return the canonical JSON of a form: sorted keys, no spaces, UTF-8, nothing empty."""
    return json.dumps(
        {"format": FORMAT, **_plain(replace(form, hash="", warnings=()))},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def hash_of(form: Form) -> str:
    """Return the SHA-256 of a form in hex; answers point at it."""
    return hashlib.sha256(freeze(form)).hexdigest()


def sealed_by_hash(form: Form) -> Form:
    """Return the form with its hash."""
    return replace(form, hash=hash_of(form))


def thaw(frozen: bytes, *, expected_hash: str = "") -> Form:
    """Return the form of a canonical JSON; refuse one that is not what the hash says."""
    digest = hashlib.sha256(frozen).hexdigest()
    if expected_hash and digest != expected_hash:
        raise NotFrozen(
            "This questionnaire was changed after it was published. Restore it from a backup."
        )
    raw = json.loads(frozen)
    return Form(
        hash=digest,
        id=raw.get("id", ""),
        version=raw.get("version", ""),
        title=raw.get("title", ""),
        root=raw["root"],
        languages=tuple(Language(**each) for each in raw["languages"]),
        default_language=raw["default_language"],
        children=tuple(map(_child, raw.get("children", ()))),
        lists={
            name: tuple(map(_choice, choices))
            for name, choices in raw.get("lists", {}).items()
        },
        external=tuple(raw.get("external", ())),
        sources=raw.get("sources", {}),
        beside=raw.get("beside", {}),
        itext={name: _texts(texts) for name, texts in raw.get("itext", {}).items()},
    )


def _plain(value: Any) -> Any:
    """Return what JSON can hold; fields that are empty are left out."""
    if isinstance(value, Text):
        return [_plain(part) for part in value.parts]
    if isinstance(value, (Form, Group, Question, Choice, Choices, Language, Output)):
        return {
            each.name: plain
            for each in fields(value)
            if (plain := _plain(getattr(value, each.name)))
            not in ("", {}, [], None, False)
        }
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _texts(raw: Mapping[str, list[Any]]) -> Texts:
    return {
        code: Text(
            tuple(part if isinstance(part, str) else Output(**part) for part in parts)
        )
        for code, parts in raw.items()
    }


def _choice(raw: dict[str, Any]) -> Choice:
    return Choice(
        name=raw.get("name", ""),
        label=_texts(raw.get("label", {})),
        columns=raw.get("columns", {}),
        media=raw.get("media", {}),
    )


def _child(raw: dict[str, Any]) -> Group | Question:
    texts = {name: _texts(raw[name]) for name in _TEXTS & raw.keys()}
    if "kind" not in raw:
        children = tuple(map(_child, raw.get("children", ())))
        return Group(**{**raw, **texts, "children": children})
    choices = {"choices": Choices(**raw["choices"])} if "choices" in raw else {}
    return Question(**{**raw, **texts, **choices, "kind": Kind(raw["kind"])})
