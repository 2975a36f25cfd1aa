"""The register of opt-outs: what stands on the day of a permit (EHDS 71)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.opt_outs import (
    LONGEST_REASON,
    OPT_OUTS,
    MayNotActFor,
    OptOutAct,
    RecordedAct,
    check_may,
    check_may_act,
    counts_from,
    cut_off_for,
    next_act,
    stands_at,
    stands_for_permit,
)
from hub.domain.representation import Capacity, Objection, Representation
from hub.domain.working_days import PARIS
from hub.errors import Conflict

DAY = date(2029, 4, 10)
REGISTERED, REVERSED = OptOutAct


def at(hour, minute=0, second=0, day=DAY):
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=PARIS)


def test_an_opt_out_of_the_morning_counts_for_a_permit_of_the_afternoon_x21_ehds_71():
    acts = [RecordedAct(REGISTERED, at(10, 2))]
    assert stands_for_permit(acts, DAY)
    assert not stands_for_permit(acts, DAY - timedelta(days=1))


def test_what_is_recorded_at_the_cut_off_counts_from_the_next_day_x21():
    just_before, just_at = at(23, 58, 59), at(23, 59)
    assert stands_for_permit([RecordedAct(REGISTERED, just_before)], DAY)
    assert not stands_for_permit([RecordedAct(REGISTERED, just_at)], DAY)
    assert stands_for_permit([RecordedAct(REGISTERED, just_at)], DAY + timedelta(days=1))
    assert counts_from(just_before) == DAY
    assert counts_from(just_at) == DAY + timedelta(days=1)


def test_a_reversal_opens_later_permits_and_changes_no_earlier_list_x22():
    later = DAY + timedelta(days=30)
    acts = [RecordedAct(REGISTERED, at(10, 2)), RecordedAct(REVERSED, at(9, day=later))]
    assert not stands_for_permit(acts, later)
    assert stands_for_permit(acts, later - timedelta(days=1))
    assert stands_for_permit(acts, DAY)


def test_the_cut_off_is_an_hour_of_paris_in_summer_and_in_winter():
    assert cut_off_for(date(2029, 7, 1)).astimezone(UTC).hour == 21
    assert cut_off_for(date(2029, 1, 1)).astimezone(UTC).hour == 22
    sooner = replace(OPT_OUTS, cut_off_minute=18 * 60)
    assert not stands_for_permit([RecordedAct(REGISTERED, at(18))], DAY, sooner)


def test_the_register_opens_with_chapter_four_of_the_regulation_ehds_105():
    assert not OPT_OUTS.is_open(date(2029, 3, 25))
    assert OPT_OUTS.is_open(date(2029, 3, 26))


def test_pressed_twice_it_is_one_act():
    acts = [RecordedAct(REGISTERED, at(10))]
    assert next_act([]) is REGISTERED
    assert next_act(acts) is REVERSED
    with pytest.raises(Conflict):
        check_may(REGISTERED, acts)
    check_may(REVERSED, acts)


@given(
    minutes=st.lists(st.integers(1, 10**6), unique=True, max_size=8),
    asked=st.integers(0, 10**6),
    added=st.integers(0, 10**6),
)
def test_what_comes_later_never_changes_what_stood(minutes, asked, added):
    start = at(0)
    acts = [
        RecordedAct(REVERSED if place % 2 else REGISTERED, start + timedelta(minutes=one))
        for place, one in enumerate(sorted(minutes))
    ]
    instant = start + timedelta(minutes=asked)
    later = RecordedAct(next_act(acts), max([instant, *(one.recorded_at for one in acts)]))
    assert stands_at([*acts, later], instant) == stands_at(acts, instant)
    assert stands_at(reversed(acts), instant) == stands_at(acts, instant)


def test_a_reason_is_a_few_lines_at_most():
    assert LONGEST_REASON == 500


@pytest.mark.parametrize("capacity", sorted(set(Capacity) - {Capacity.PARENT, Capacity.GUARDIAN}))
def test_nobody_but_a_parent_or_whoever_was_appointed_opts_another_out(capacity):
    with pytest.raises(MayNotActFor) as refused:
        check_may_act(Representation(capacity), date(2016, 3, 8), date(2026, 9, 14))
    assert refused.value.facts == {"field": "capacity", "objection": None}


def test_a_parent_may_until_the_eve_of_the_eighteenth_birthday_lil_70():
    parent, today = Representation(Capacity.PARENT), date(2026, 9, 14)
    check_may_act(parent, date(2008, 9, 15), today)
    with pytest.raises(MayNotActFor) as refused:
        check_may_act(parent, date(2008, 9, 14), today)
    assert refused.value.facts == {"field": "capacity", "objection": Objection.PERSON_IS_ADULT}
    check_may_act(Representation(Capacity.GUARDIAN), date(1940, 1, 1), today)
