"""What a decision opens next."""

import pytest

from hub.domain.follow_ups import follow_up
from hub.domain.grounds import GROUNDS
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right


def test_x3_an_objection_upheld_opens_erasure_gdpr_17_1_c() -> None:
    assert follow_up(Right.OBJECTION, Outcome.GRANTED) is Right.ERASURE
    assert follow_up(Right.OBJECTION, Outcome.REFUSED, "OBJ-COMPELLING") is None


@pytest.mark.parametrize("ground", ["POR-BASIS", "POR-PUBLIC"])
def test_x2_a_refused_portability_offers_access_instead_gdpr_20_3(ground: str) -> None:
    assert follow_up(Right.PORTABILITY, Outcome.REFUSED, ground) is Right.ACCESS


def test_what_is_simply_granted_opens_nothing() -> None:
    assert follow_up(Right.ACCESS, Outcome.GRANTED) is None


def test_an_objection_upheld_in_part_opens_erasure_too_gdpr_17_1_c() -> None:
    assert follow_up(Right.OBJECTION, Outcome.PARTLY_GRANTED) is Right.ERASURE
    assert follow_up(Right.ACCESS, Outcome.GRANTED) is None
    assert follow_up(Right.OBJECTION, Outcome.NO_DATA_HELD) is None


def test_access_is_offered_for_a_portability_refused_on_such_a_ground_alone() -> None:
    assert follow_up(Right.PORTABILITY, Outcome.GRANTED, "POR-BASIS") is None
    assert follow_up(Right.PORTABILITY, Outcome.REFUSED) is None
    assert follow_up(Right.PORTABILITY, Outcome.REFUSED, "ALL-UNFOUNDED") is None
    assert follow_up(Right.ERASURE, Outcome.REFUSED, "POR-BASIS") is None


@pytest.mark.parametrize("ground", sorted(code for code in GROUNDS if code.startswith("POR-")))
def test_each_ground_against_portability_that_offers_access_opens_it(ground: str) -> None:
    offers = {"access", "access_electronic"} & set(GROUNDS[ground].instead)
    expected = Right.ACCESS if offers else None
    assert follow_up(Right.PORTABILITY, Outcome.PARTLY_GRANTED, ground) is expected
