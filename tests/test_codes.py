"""The coding book has the codes that the default questionnaire offers, and no others."""

import pytest

from fairwitness.governance import coding
from fairwitness.surveys import codes


@pytest.mark.parametrize(
    ("asked", "coded"),
    [
        (codes.IncidentType, coding.IncidentType),
        (codes.Ground, coding.Ground),
        (codes.Setting, coding.Setting),
        (codes.AgeBand, coding.AgeBand),
        (codes.WhatCame, coding.Outcome),
    ],
)
def test_what_can_be_answered_can_be_coded(asked, coded):
    assert [code.value for code in asked] == coded.values
