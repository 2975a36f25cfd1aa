"""How long things are kept: rules of dates, tried on every date."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.retention import (
    POLICY,
    RetentionPolicy,
    account_kept_until,
    answer_kept_until,
    answer_told_on,
    last_kept_on,
    latest_start_over,
    log_lines_kept_days,
    mandate_kept_until,
    objection_kept_until,
    opt_out_kept_until,
)

DAYS = st.dates(date(2018, 5, 25), date(2080, 12, 31))
MONTHS = st.integers(1, 120)
ONE_DAY = timedelta(days=1)


def test_the_periods_are_those_the_people_are_told():
    assert last_kept_on(date(2026, 9, 14), POLICY.content_months) == date(2027, 9, 14)
    assert last_kept_on(date(2026, 9, 14), POLICY.procedure_months) == date(2031, 9, 14)
    assert answer_kept_until(date(2026, 9, 14), None) == date(2026, 12, 13)
    assert answer_kept_until(date(2026, 9, 14), date(2026, 9, 20)) == date(2026, 10, 20)


def test_a_year_that_ends_on_a_29_february_ends_with_the_month():
    assert last_kept_on(date(2028, 2, 29), 12) == date(2029, 2, 28)


@given(DAYS, DAYS, MONTHS)
def test_a_period_is_over_exactly_for_what_began_early_enough(since, today, months):
    is_over = last_kept_on(since, months) < today
    assert is_over == (since <= latest_start_over(today, months))


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_an_answer_is_never_kept_less_than_its_notice_promised(arrived_on, download, notice):
    told_on = arrived_on + timedelta(days=notice)
    downloaded_on = arrived_on + timedelta(days=download)
    until = answer_kept_until(arrived_on, downloaded_on, told_on)
    assert until >= told_on + timedelta(days=POLICY.answer_notice_days)
    assert until >= downloaded_on + timedelta(days=POLICY.answer_days_after_download)


@given(DAYS)
def test_a_notice_in_time_moves_nothing(arrived_on):
    until = answer_kept_until(arrived_on, None)
    assert answer_kept_until(arrived_on, None, answer_told_on(until)) == until
    assert answer_kept_until(arrived_on, None, answer_told_on(until) + ONE_DAY) == until + ONE_DAY


@given(DAYS, st.integers(0, 2000), st.integers(1, 2000))
def test_signing_in_voids_the_notice_of_an_account(seen_on, told, later):
    told_on = seen_on + timedelta(days=told)
    again_on = told_on + timedelta(days=later)
    kept_until = account_kept_until(again_on, told_on)
    assert kept_until == last_kept_on(again_on, POLICY.account_months)


@given(DAYS, st.integers(600, 2000))
def test_an_account_is_never_deleted_without_its_month_of_notice(seen_on, told):
    told_on = seen_on + timedelta(days=told)
    kept_until = account_kept_until(seen_on, told_on)
    assert kept_until >= told_on + timedelta(days=POLICY.account_notice_days)


def test_another_policy_gives_other_dates():
    short = RetentionPolicy(answer_days_after_arrival=60, answer_notice_days=7)
    assert answer_kept_until(date(2026, 9, 14), None, policy=short) == date(2026, 11, 13)
    assert answer_told_on(date(2026, 11, 13), short) == date(2026, 11, 6)


@given(DAYS, MONTHS)
def test_the_latest_start_is_over_and_the_next_day_is_not(today, months):
    latest = latest_start_over(today, months)
    assert last_kept_on(latest, months) < today
    assert last_kept_on(latest + ONE_DAY, months) >= today


def test_the_warnings_and_the_other_periods_are_those_the_people_are_told():
    assert (POLICY.answer_notice_days, POLICY.account_notice_days) == (14, 30)
    assert (POLICY.consultations_months, POLICY.account_months) == (12, 24)


def test_an_account_that_was_never_warned_has_its_whole_time():
    assert account_kept_until(date(2026, 9, 14), None) == date(2028, 9, 14)


def test_an_objection_has_no_end_while_its_data_are_used_then_three_years():
    decided_on = date(2026, 9, 14)
    assert objection_kept_until(decided_on, is_in_use=True) is None
    assert objection_kept_until(decided_on, is_in_use=False) == date(2029, 9, 14)
    ended_on = date(2026, 12, 1)
    assert objection_kept_until(decided_on, is_in_use=True, ended_on=ended_on) == date(2029, 12, 1)


def test_who_acted_is_kept_as_long_as_the_facts_of_the_procedure():
    assert mandate_kept_until(date(2026, 9, 14)) == date(2031, 9, 14)


def test_a_line_of_a_log_lives_six_months_at_most_cnil_sheet_14():
    assert log_lines_kept_days() <= 184


def test_logs_live_half_a_year_at_most_and_replays_a_month():
    assert POLICY.log_part_days == 90
    assert log_lines_kept_days() == 180
    assert POLICY.replay_days == 30
    assert POLICY.journal_days == 35
    assert POLICY.mail_days == 90


def test_an_opt_out_is_kept_while_it_stands_and_three_years_once_taken_back_ehds_71():
    assert opt_out_kept_until(None) is None
    assert opt_out_kept_until(date(2029, 9, 14)) == date(2032, 9, 14)
    assert opt_out_kept_until(date(2029, 9, 14), RetentionPolicy(opt_out_months=48)) == date(
        2033, 9, 14
    )
