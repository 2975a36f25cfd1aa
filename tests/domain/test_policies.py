"""What whoever runs the hub may change, within which bounds."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.policies import (
    BELOW,
    BOUNDS,
    Policies,
    PoliciesContradict,
    PolicyOutOfBounds,
    contradictions,
    policies_with,
)


def test_every_default_is_within_its_bounds_and_none_contradicts_another():
    for name, (least, most) in BOUNDS.items():
        assert least <= Policies().value(name) <= most, name
    assert not list(contradictions(Policies()))


def test_every_number_of_the_retention_may_be_changed():
    names = {f"retention.{one.name}" for one in fields(Policies().retention)}
    assert names <= set(BOUNDS)


@given(st.sampled_from(sorted(BOUNDS)), st.booleans())
def test_one_step_out_of_bounds_is_refused_and_says_which_bounds(name, is_above):
    least, most = BOUNDS[name]
    with pytest.raises(PolicyOutOfBounds) as refused:
        policies_with({name: most + 1 if is_above else least - 1})
    assert refused.value.facts == {"name": name, "least": least, "most": most}


def test_numbers_that_cannot_hold_together_are_refused():
    with pytest.raises(PoliciesContradict) as refused:
        policies_with(
            {"retention.answer_days_after_download": 15, "retention.answer_notice_days": 15}
        )
    assert refused.value.facts["smaller"] == "retention.answer_notice_days"


def test_a_change_changes_that_number_alone():
    changed = policies_with({"retention.content_months": 18})
    assert changed.retention.content_months == 18
    assert changed.chasing == Policies().chasing
    assert changed.retention.procedure_months == Policies().retention.procedure_months


def test_what_the_law_or_the_words_fix_cannot_be_changed():
    with pytest.raises(KeyError):
        policies_with({"course.closing_days": 10})


@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {one for pair in BELOW for one in pair}))
def test_both_bounds_of_a_number_may_be_chosen(name):
    for number in BOUNDS[name]:
        assert policies_with({name: number}).value(name) == number


BOUNDS_TOLD = """
    retention.content_months 6 36
    retention.answer_days_after_download 15 90
    retention.answer_days_after_arrival 30 180
    retention.answer_notice_days 7 28
    retention.procedure_months 12 72
    retention.consultations_months 6 12
    retention.account_months 12 36
    retention.account_notice_days 14 60
    chasing.first_before 3 20
    chasing.second_before 2 19
    chasing.last_before 1 18
    chasing.weekly 2 31
    chasing.dpo_after 1 15
    chasing.hub_dpo_after 1 31
    chasing.person_after 1 15
    chasing.unacknowledged_after_working 1 10
    chasing.second_reader_after_working 1 5
    course.reply_days 7 30
    course.confirmation_reminder_days 1 6
    retention.log_part_days 90 180
    retention.objection_months 36 120
    retention.journal_days 7 62
    retention.opt_out_months 36 120
    retention.replay_days 7 90
    retention.mail_days 30 180
    course.question_reminder_days 7 45
    course.question_closing_days 30 180
    repeats.never_excessive_months 3 12
    opt_outs.cut_off_minute 1080 1439
    controls.most_extended_percent 5 50
    controls.most_questioned_percent 5 50
    records.review_months 6 36
    records.soon_days 7 90
    codes.waiting_hours 24 240
    codes.valid_days 2 30
    identity.takes_copies 0 1
    identity.longest_days 3 30
    proofs.asked 0 1
    proofs.letter_days 7 60
    proofs.letter_tries 3 10
    proofs.visit_minutes 10 120
    proofs.controller_days 30 90
"""


def test_the_bounds_are_those_agreed_with_counsel():
    told = [line.split() for line in BOUNDS_TOLD.strip().splitlines()]
    assert {name: (int(least), int(most)) for name, least, most in told} == BOUNDS


@pytest.mark.parametrize(
    ("smaller", "larger", "changes"),
    [
        ("retention.answer_notice_days", "retention.answer_days_after_download", (20, 20)),
        ("retention.answer_notice_days", "retention.answer_days_after_arrival", None),
        ("retention.content_months", "retention.procedure_months", (36, 36)),
        ("chasing.second_before", "chasing.first_before", (10, 10)),
        ("chasing.last_before", "chasing.second_before", (5, 5)),
        ("chasing.dpo_after", "chasing.hub_dpo_after", (8, 8)),
    ],
)
def test_a_number_that_must_be_the_smaller_is_not_even_equal(smaller, larger, changes):
    assert (smaller, larger) in BELOW
    if changes is None:
        return  # its bounds keep them apart: 28 days at most, 30 at least
    with pytest.raises(PoliciesContradict) as refused:
        policies_with({smaller: changes[0], larger: changes[1]})
    assert refused.value.facts == {"smaller": smaller, "larger": larger}
    assert policies_with({smaller: changes[0] - 1, larger: changes[1]})
