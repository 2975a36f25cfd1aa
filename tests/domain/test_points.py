"""The list of points to confirm is whole: every number in force, with its bounds."""

from hub.domain.clock import REFLECTION_TIME
from hub.domain.clock_month import PROMPT_QUESTION_DAYS
from hub.domain.points import POINTS, Unit
from hub.domain.policies import BOUNDS, Policies

BY_CODE = {point.code: point for point in POINTS}


def test_every_number_that_may_be_changed_is_listed_once():
    assert sorted(point.code for point in POINTS if point.may_be_changed) == sorted(BOUNDS)
    assert len(BY_CODE) == len(POINTS)


def test_every_listed_number_is_one_in_force():
    for point in POINTS:
        if point.setting:
            least = 0 if point.unit is Unit.SWITCH else 1
            assert Policies().value(point.setting) >= least, point.code


def test_numbers_that_are_built_in_are_those_of_the_clock():
    assert BY_CODE["prompt_question"].fixed == PROMPT_QUESTION_DAYS
    assert BY_CODE["medical_file_reflection"].fixed == REFLECTION_TIME.total_seconds() / 3600
    assert BY_CODE["medical_file_reflection"].unit is Unit.HOURS
