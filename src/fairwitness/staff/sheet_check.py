"""Asks for two words of a sheet that was just shown, without keeping the sheet."""

from random import SystemRandom

from django.http import HttpRequest

from fairwitness.staff.one_time import shadow_of
from fairwitness.vault.passphrase import RecoverySheet

_KEPT = "sheet_check"
_ASKED = 2


def remember_two(request: HttpRequest, sheet: RecoverySheet) -> None:
    """Choose two words to ask for; the session keeps keyed hashes of these two alone."""
    places = sorted(SystemRandom().sample(range(len(sheet.words)), _ASKED))
    request.session[_KEPT] = [
        [place + 1, _shadow(place + 1, sheet.words[place])] for place in places
    ]


def places_asked(request: HttpRequest) -> list[int]:
    """Which words are asked for, counted from one; none when no sheet waits."""
    return [place for place, _shadow_kept in request.session.get(_KEPT, ())]


def are_right(request: HttpRequest, typed: list[str]) -> bool:
    """Whether these are the words; then they are not asked for again."""
    kept = request.session.get(_KEPT, ())
    is_right = [
        _shadow(place, word.strip().lower())
        for (place, _shadow_kept), word in zip(kept, typed, strict=True)
    ] == [shadow for _place, shadow in kept]
    if is_right:
        request.session.pop(_KEPT, None)
    return is_right


def _shadow(place: int, word: str) -> str:
    return shadow_of(f"sheet {place} {word}")
