"""Which answer needs which level: one table of cases (RULES §4.1, GDPR 32)."""

from __future__ import annotations

import pytest

from hub.domain.answer_levels import TELLS_DATA, DecidedItem, level_announced, level_needed
from hub.domain.directory import IdentityLevel
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right

L0, L1, L2, L3 = IdentityLevel
GRANTED, PARTLY, REFUSED, NONE_HELD = (
    Outcome.GRANTED,
    Outcome.PARTLY_GRANTED,
    Outcome.REFUSED,
    Outcome.NO_DATA_HELD,
)

CASES = [
    (Right.ACCESS, [(GRANTED, L2)], False, L2),
    (Right.ACCESS, [(PARTLY, L2)], False, L2),
    (Right.ACCESS, [(GRANTED, L1), (GRANTED, L3)], False, L3),
    (Right.ACCESS, [(GRANTED, L1), (REFUSED, L3)], False, L1),
    (Right.ACCESS, [(GRANTED, L1), (REFUSED, L3)], True, L3),
    (Right.ACCESS, [(REFUSED, L2)], False, L0),
    (Right.ACCESS, [(NONE_HELD, L2)], False, L0),
    (Right.ACCESS, [(Outcome.CANNOT_IDENTIFY, L2)], False, L0),
    (Right.ACCESS, [(REFUSED, L2)], True, L2),
    (Right.PORTABILITY, [(GRANTED, L2)], True, L2),
    (Right.RECTIFICATION, [(GRANTED, L2)], False, L2),
    (Right.OBJECTION, [(GRANTED, L2)], False, L0),
    (Right.OBJECTION, [(REFUSED, L2)], False, L0),
    (Right.OBJECTION, [(GRANTED, L2)], True, L2),
    (Right.ERASURE, [(GRANTED, L2)], False, L0),
    (Right.CONSENT_WITHDRAWAL, [(GRANTED, L3)], False, L0),
    (Right.RESTRICTION, [(GRANTED, L2)], False, L0),
    (Right.ACCESS, [(GRANTED, L0)], True, L0),
    (Right.ACCESS, [], True, L0),
]


@pytest.mark.parametrize(("right", "decided", "has_files", "needed"), CASES)
def test_an_answer_with_data_needs_the_level_its_controller_set_and_the_rest_the_receipt(
    right, decided, has_files, needed
):
    items = [DecidedItem(outcome, level) for outcome, level in decided]
    assert level_needed(right, items, has_files=has_files) is needed


@pytest.mark.parametrize("right", Right)
def test_what_is_announced_is_what_a_favourable_answer_will_need(right):
    decided = [DecidedItem(GRANTED, L1), DecidedItem(GRANTED, L2)]
    assert level_announced(right, [L1, L2]) is level_needed(right, decided, has_files=False)


def test_rights_whose_answer_states_data_need_more_than_the_receipt() -> None:
    assert {Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION} == TELLS_DATA
