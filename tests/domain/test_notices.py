"""Which reminders are due on a day: in order, once, late ones without a burst."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.notices import (
    Chased,
    ChasingPolicy,
    Notice,
    NoticeKind,
    NoticePreference,
    Rung,
    escalations,
    ladder,
    last_day_waited,
    leaves_at,
    notices_due,
)
from hub.domain.working_days import HolidayZone, add_working_days

DUE = date(2026, 10, 14)
CASE = Chased(DUE, delivered_on=date(2026, 9, 14), is_acknowledged=True)
CONTROLLER = {rung.kind for rung in ladder()}


def days(count: int) -> date:
    return DUE + timedelta(days=count)


def run_daily(case: Chased, first: int, last: int, step: int = 1) -> dict[int, list[NoticeKind]]:
    """What each day's run sends, from day `first` to `last` counted from the due date."""
    sent: list[Notice] = []
    told: dict[int, list[NoticeKind]] = {}
    for day in range(first, last + 1, step):
        due = notices_due(case, days(day), sent)
        sent.extend(due)
        if due:
            told[day] = [one.kind for one in due]
    return told


def test_a_controller_is_reminded_ten_five_and_one_day_before_then_on_the_day() -> None:
    assert run_daily(CASE, -20, 0) == {
        -10: [NoticeKind.TEN_DAYS_BEFORE],
        -5: [NoticeKind.FIVE_DAYS_BEFORE],
        -1: [NoticeKind.ONE_DAY_BEFORE],
        0: [NoticeKind.DUE_TODAY],
    }


def test_after_the_date_it_is_reminded_each_week_and_each_dpo_is_alerted_once() -> None:
    assert run_daily(CASE, 0, 22) == {
        0: [NoticeKind.DUE_TODAY],
        1: [NoticeKind.DPO_OVERDUE, NoticeKind.PERSON_OVERDUE],
        7: [NoticeKind.OVERDUE_WEEKLY],
        8: [NoticeKind.HUB_DPO_OVERDUE],
        14: [NoticeKind.OVERDUE_WEEKLY],
        21: [NoticeKind.OVERDUE_WEEKLY],
    }


def test_a_missed_week_brings_the_latest_reminder_and_no_burst() -> None:
    sent = notices_due(CASE, days(-3), ())
    assert [one.kind for one in sent] == [NoticeKind.FIVE_DAYS_BEFORE]
    assert notices_due(CASE, days(-3), sent) == ()


def test_after_three_missed_weeks_each_reader_gets_one_reminder() -> None:
    sent = notices_due(CASE, days(23), ())
    assert [one.kind for one in sent] == [
        NoticeKind.OVERDUE_WEEKLY,
        NoticeKind.DPO_OVERDUE,
        NoticeKind.HUB_DPO_OVERDUE,
        NoticeKind.PERSON_OVERDUE,
    ]
    assert sent[0].due_on == days(21)


@pytest.mark.parametrize("change", [{"is_suspended": True}, {"is_over": True}, {"due_on": None}])
def test_a_case_that_stands_still_or_is_over_is_not_chased(change: dict[str, object]) -> None:
    case = replace(CASE, **change)  # type: ignore[arg-type]
    assert {notices_due(case, days(day), ()) for day in range(-30, 60)} == {()}


def test_an_extension_moves_the_reminders_to_the_new_date() -> None:
    sent = notices_due(CASE, days(-10), ())
    extended = replace(CASE, due_on=date(2026, 12, 14))
    assert notices_due(extended, days(-5), sent) == ()
    again = notices_due(extended, date(2026, 12, 4), sent)
    assert [one.kind for one in again] == [NoticeKind.TEN_DAYS_BEFORE]


def test_a_date_moved_by_a_day_is_not_reminded_of_twice() -> None:
    sent = notices_due(CASE, days(-10), ())
    moved = replace(CASE, due_on=days(1))
    assert notices_due(moved, days(-9), sent) == ()


def test_a_missing_acknowledgement_is_told_after_two_whole_working_days() -> None:
    friday = date(2026, 9, 18)
    case = Chased(DUE, delivered_on=friday)
    assert notices_due(case, date(2026, 9, 22), ()) == ()
    (told,) = notices_due(case, date(2026, 9, 23), ())
    assert told == Notice(date(2026, 9, 23), NoticeKind.UNACKNOWLEDGED)
    assert notices_due(case, date(2026, 9, 30), [told]) == ()
    assert notices_due(replace(case, is_acknowledged=True), date(2026, 9, 23), ()) == ()


def test_a_holiday_of_the_zone_is_no_working_day() -> None:
    before_easter = date(2026, 4, 2)  # a Thursday; Good Friday and Easter Monday follow
    case = Chased(date(2026, 5, 4), delivered_on=before_easter)
    assert notices_due(case, date(2026, 4, 8), ()) != ()
    assert notices_due(replace(case, zone=HolidayZone.ALSACE_MOSELLE), date(2026, 4, 8), ()) == ()


def test_once_the_deadline_is_near_it_alone_is_told() -> None:
    case = Chased(DUE, delivered_on=date(2026, 9, 14))
    assert [one.kind for one in notices_due(case, days(-2), ())] == [NoticeKind.FIVE_DAYS_BEFORE]


def test_a_second_reader_is_reminded_the_second_working_day() -> None:
    case = replace(CASE, waits_for_reader_since=date(2026, 9, 18))
    assert notices_due(case, date(2026, 9, 21), ()) == ()
    (told,) = notices_due(case, date(2026, 9, 22), ())
    assert told.kind is NoticeKind.SECOND_READER_WAITING
    assert notices_due(case, date(2026, 9, 25), [told]) == ()


def test_while_a_controller_cannot_be_reached_the_person_and_the_hub_are_told() -> None:
    unreached = Chased(DUE)
    kinds = {one.kind for day in range(-20, 30) for one in notices_due(unreached, days(day), ())}
    assert kinds == {NoticeKind.PERSON_OVERDUE, NoticeKind.HUB_DPO_OVERDUE}


@given(st.integers(-40, 120), st.sets(st.integers(-40, 120)))
def test_no_day_sends_two_reminders_to_a_controller_nor_any_twice(
    day: int, earlier: set[int]
) -> None:
    sent: list[Notice] = []
    for past in sorted(one for one in earlier if one < day):
        sent.extend(notices_due(CASE, days(past), sent))
    now = notices_due(CASE, days(day), sent)
    assert len([one for one in now if one.kind in CONTROLLER]) <= 1
    assert len(set(sent)) == len(sent)
    assert not set(now) & set(sent)
    assert all(one.due_on <= days(day) for one in now)


@pytest.mark.parametrize("rung", [*ladder(), *escalations()], ids=lambda rung: rung.kind)
def test_the_window_of_due_dates_is_the_mirror_of_the_rung(rung: Rung) -> None:
    for late in range(-40, 200):
        first, last = rung.due_between(days(late))
        holds = last >= DUE and (first is None or first <= DUE)
        assert holds == (rung.falls_on(DUE, days(late)) is not None), late


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.sampled_from(HolidayZone))
def test_the_last_day_waited_is_the_last_from_which_the_working_days_are_over(
    today: date, zone: HolidayZone
) -> None:
    last = last_day_waited(today, 2, zone)
    assert add_working_days(last, 3, zone) <= today
    assert add_working_days(last + timedelta(days=1), 3, zone) > today


def test_a_policy_is_one_table() -> None:
    patient = ChasingPolicy(first_before=3, second_before=2, last_before=1, hub_dpo_after=30)
    assert notices_due(CASE, days(-10), (), patient) == ()
    assert notices_due(CASE, days(-3), (), patient) != ()


@pytest.mark.parametrize(
    ("now", "preference", "leaves"),
    [
        ("2026-09-14T08:02", "single", "2026-09-14T08:02"),
        ("2026-09-13T22:05", "single", "2026-09-14T05:30"),  # five past midnight in Paris
        ("2026-09-14T03:00", "digest", "2026-09-14T05:30"),
        (
            "2026-09-14T05:30",
            "digest",
            "2026-09-14T05:30",
        ),  # half past seven in Paris, to the minute
        ("2026-09-14T08:02", "digest", "2026-09-15T05:30"),
        ("2026-09-18T08:02", "digest", "2026-09-21T05:30"),  # a Friday
        ("2026-11-10T08:02", "digest", "2026-11-12T06:30"),  # the armistice; winter time
    ],
)
def test_nothing_leaves_at_night_and_a_digest_leaves_on_a_working_morning(
    now: str, preference: str, leaves: str
) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = leaves_at(instant, NoticePreference(preference), HolidayZone.METROPOLE)
    assert found == datetime.fromisoformat(leaves).replace(tzinfo=UTC)


def test_a_run_made_twice_in_a_day_reminds_once() -> None:
    for day in range(-20, 30):
        sent = notices_due(CASE, days(day), ())
        assert notices_due(CASE, days(day), sent) == (), day


def test_a_date_moved_on_its_eve_has_an_eve_of_its_own() -> None:
    sent = notices_due(CASE, days(-1), ())
    moved = replace(CASE, due_on=days(1))
    (told,) = notices_due(moved, days(0), sent)
    assert told == Notice(days(0), NoticeKind.ONE_DAY_BEFORE)


def test_a_date_moved_after_the_alert_is_told_again_once_it_has_passed() -> None:
    sent = notices_due(CASE, days(1), notices_due(CASE, days(0), ()))
    moved = replace(CASE, due_on=days(1))
    assert [one.kind for one in notices_due(moved, days(2), sent)] == [
        NoticeKind.DUE_TODAY,
        NoticeKind.DPO_OVERDUE,
        NoticeKind.PERSON_OVERDUE,
    ]


def test_a_weekly_reminder_counts_its_weeks_from_its_own_beginning() -> None:
    rung = Rung(NoticeKind.OVERDUE_WEEKLY, 3, every=7)
    assert [rung.falls_on(DUE, days(late)) for late in (2, 3, 9, 10)] == [
        None, days(3), days(3), days(10),
    ]  # fmt: skip


def test_on_the_first_day_of_the_ladder_the_deadline_alone_is_told() -> None:
    case = Chased(DUE, delivered_on=date(2026, 9, 14))
    assert [one.kind for one in notices_due(case, days(-11), ())] == [NoticeKind.UNACKNOWLEDGED]
    assert [one.kind for one in notices_due(case, days(-10), ())] == [NoticeKind.TEN_DAYS_BEFORE]
