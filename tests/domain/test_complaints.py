"""What a person can say of a controller, and when: the door of the CNIL is never shut."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.clock import ClockEvent, ClockEventKind, read_clock
from hub.domain.complaints import (
    FOUNDED,
    LONGEST_COMPLAINT,
    Cause,
    CnilFilePolicy,
    ComplaintState,
    cause_of,
    check_step_on,
    complaint_state,
    is_passed_on_to_cnil,
)
from hub.domain.dpv_terms import GROUNDS, RIGHTS
from hub.domain.grounds import GROUNDS as KNOWN_GROUNDS
from hub.domain.lifecycle import ReferralState
from hub.domain.opt_outs import OptOutPolicy
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.working_days import HolidayZone
from hub.errors import Invalid

RECEIVED = ClockEvent(ClockEventKind.START, datetime(2026, 9, 14, 8, tzinfo=UTC))
ANSWERED = ClockEvent(ClockEventKind.STOP, datetime(2026, 10, 1, 8, tzinfo=UTC))
DUE_ON = date(2026, 10, 14)


def cause(state, outcome=None, today=DUE_ON, events=(RECEIVED,)):
    return cause_of(state, read_clock(events, zone=HolidayZone.METROPOLE), outcome, today)


def test_silence_begins_the_day_after_the_due_date_gdpr_12_3():
    assert cause(ReferralState.DELIVERED) is Cause.WAITING
    assert cause(ReferralState.DELIVERED, today=date(2026, 10, 15)) is Cause.SILENCE


def test_a_refusal_is_one_at_once_even_in_part_gdpr_12_4():
    for outcome in (Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.CANNOT_IDENTIFY):
        assert cause(ReferralState.ANSWERED, outcome) is Cause.REFUSAL
    assert cause(ReferralState.ANSWERED, Outcome.NO_DATA_HELD) is Cause.ANSWERED


def test_a_closed_answer_is_still_an_answer_and_what_ended_otherwise_is_over():
    assert cause(ReferralState.CLOSED, Outcome.GRANTED) is Cause.ANSWERED
    assert cause(ReferralState.CLOSED, Outcome.REFUSED) is Cause.REFUSAL
    for state in (ReferralState.WITHDRAWN, ReferralState.TRANSFERRED):
        assert cause(state, today=date(2027, 1, 1)) is Cause.OVER
        assert cause(state, Outcome.REFUSED) is Cause.OVER


def test_silence_and_what_displeases_need_nothing_more_than_the_file():
    assert {Cause.CONTESTED, Cause.REFUSAL, Cause.SILENCE} == FOUNDED


def test_the_file_for_the_cnil_holds_twenty_five_megabytes():
    assert CnilFilePolicy().most_bytes_of_files == 26_214_400


def test_a_contest_starts_no_new_month_so_no_silence_follows_from_it():
    late = date(2027, 1, 1)
    events = (RECEIVED, ANSWERED)
    assert cause(ReferralState.CONTESTED, Outcome.REFUSED, late, events) is Cause.CONTESTED


def test_x24_a_complaint_about_the_opt_out_is_transmitted_to_the_cnil_ehds_81():
    from_on = date(2029, 3, 26)
    assert is_passed_on_to_cnil(Right.SECONDARY_USE_OPT_OUT, from_on)
    assert not is_passed_on_to_cnil(Right.SECONDARY_USE_OPT_OUT, date(2029, 3, 25))
    assert not is_passed_on_to_cnil(Right.ACCESS, from_on)
    sooner = OptOutPolicy(from_on=date(2026, 1, 1))
    assert is_passed_on_to_cnil(Right.SECONDARY_USE_OPT_OUT, date(2026, 9, 14), sooner)


def test_every_right_has_its_term_in_dpv_and_no_ground_is_invented():
    assert set(RIGHTS) == set(Right)
    assert set(GROUNDS) <= set(KNOWN_GROUNDS)


def test_a_complaint_goes_from_to_transmit_to_transmitted_to_closed():
    day = date(2029, 4, 2)
    assert complaint_state(None, None) is ComplaintState.TO_TRANSMIT
    assert complaint_state(day, None) is ComplaintState.TRANSMITTED
    assert complaint_state(day, day) is ComplaintState.CLOSED


@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, False), (3, False), (4, True)])
def test_a_step_is_dated_between_the_one_it_follows_and_today(days, is_refused):
    earliest = date(2029, 4, 2)
    today, on = earliest + timedelta(days=3), earliest + timedelta(days=days)
    if not is_refused:
        check_step_on("transmitted_on", on, earliest, today)
        return
    with pytest.raises(Invalid) as refused:
        check_step_on("transmitted_on", on, earliest, today)
    assert refused.value.facts == {
        "field": "transmitted_on",
        "reason": "out_of_range",
        "least": earliest,
        "most": today,
    }


def test_a_complaint_is_a_page_at_most():
    assert LONGEST_COMPLAINT == 3000
