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
