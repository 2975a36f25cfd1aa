"""What a decision opens next."""

import pytest

from hub.domain.follow_ups import follow_up
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
