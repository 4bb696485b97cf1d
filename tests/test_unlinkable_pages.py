"""The same attacker at a crowd that came by the real pages, while the worker went its rounds."""

import pytest

from fairwitness.surveys.release import release_responses
from tests.attacker import Snapshot, attack, clues_of, take_snapshot
from tests.crowd import Crowd, invite_by_letter, let_answer_by_page, night

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

INVITED, ANSWERING = 70, 60


def tried(crowd: Crowd, question: str, *copies: Snapshot) -> str:
    """Attack one question, and say how far it came. Refuses a leak."""
    pairs = crowd.pairs(*question.split())
    left = clues_of([one for one, _other in pairs], *copies)
    right = clues_of([other for _one, other in pairs], *copies)
    found = attack(left, right, pairs)

    assert len(pairs) == ANSWERING, question
    assert found.tried > 100, question
    assert found.caught == [], question
    return f"{question}: {found}"


@pytest.mark.parametrize("seed", [11])
def test_a_crowd_that_came_by_the_pages_stays_a_crowd(centre, seed):
    crowd = invite_by_letter(centre, people=INVITED, seed=seed)
    let_answer_by_page(crowd, number=ANSWERING)
    release_responses()
    night()
    copy = take_snapshot()

    lines = [
        tried(crowd, question, copy)
        for question in ("person answer", "answer report", "person report")
    ]
    print(f"\nseed {seed}, {ANSWERING} pairs: " + "; ".join(lines))  # noqa: T201 # the result
