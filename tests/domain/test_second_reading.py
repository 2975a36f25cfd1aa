"""How an answer leaves: a refusal has a second reader, or says why it has none (GDPR 12(4))."""

import pytest

from hub.domain.outcomes import Outcome
from hub.domain.second_reading import (
    POLICY,
    AloneWithoutReason,
    Circumstances,
    WayOut,
    is_refusal,
    way_out,
)

REFUSED = [Outcome.GRANTED, Outcome.REFUSED]
READ = Circumstances(is_wanted=True, has_reader=True)


def test_what_grants_or_finds_no_data_leaves_at_once() -> None:
    for outcome in (Outcome.GRANTED, Outcome.NO_DATA_HELD, Outcome.ALREADY_SATISFIED):
        assert not is_refusal([outcome])
        assert way_out([outcome], READ) is WayOut.AT_ONCE


@pytest.mark.parametrize(
    "outcome", [Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.CANNOT_IDENTIFY]
)
def test_a_refusal_even_in_part_waits_for_its_reader(outcome: Outcome) -> None:
    assert is_refusal([Outcome.GRANTED, outcome])
    assert way_out([Outcome.GRANTED, outcome], READ) is WayOut.ONCE_APPROVED


def test_without_a_reader_a_refusal_leaves_unread_with_its_reason_alone() -> None:
    for said in ("", "  ", " - "):
        with pytest.raises(AloneWithoutReason) as refused:
            way_out(REFUSED, Circumstances(is_wanted=True, has_reader=False, alone_reason=said))
        assert refused.value.facts == {"field": "alone_reason"}
    with pytest.raises(AloneWithoutReason):
        way_out(REFUSED, Circumstances(is_wanted=True, has_reader=False))
    told = Circumstances(is_wanted=True, has_reader=False, alone_reason="One of us left.")
    assert way_out(REFUSED, told) is WayOut.UNREAD


def test_a_program_is_not_asked_why_nobody_could_read() -> None:
    by_program = Circumstances(is_wanted=True, has_reader=False, is_by_program=True)
    assert way_out(REFUSED, by_program) is WayOut.UNREAD
    assert way_out(REFUSED, Circumstances(True, True, is_by_program=True)) is WayOut.ONCE_APPROVED


def test_what_was_given_outside_or_wants_no_reader_leaves_unread() -> None:
    outside = Circumstances(is_wanted=True, has_reader=True, was_given_outside=True)
    assert way_out(REFUSED, outside) is WayOut.UNREAD
    assert way_out(REFUSED, Circumstances(is_wanted=False, has_reader=True)) is WayOut.UNREAD


def test_an_organisation_begins_with_a_second_reader() -> None:
    assert POLICY.wanted_by_default
