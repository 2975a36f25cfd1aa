"""Who may act for whom: each case of RULES §5 and §9 (X10 to X15) by what it protects."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.representation import (
    AnswerTo,
    Capacity,
    HeirPurpose,
    Limit,
    Objection,
    Representation,
    keeps_parents_out,
    leaves_answer_to_person,
    representation_from,
    stand,
)
from hub.domain.rights import Right

TODAY = date(2026, 9, 14)
ADULT = date(1965, 3, 8)


def standing(said: Representation, right=Right.ACCESS, born=ADULT, today=TODAY):
    return stand(said, right, born, today)


@pytest.mark.parametrize(
    ("born", "is_warned"),
    [(date(2011, 9, 14), True), (date(2011, 9, 15), False), (date(2020, 1, 1), False)],
)
def test_a_parent_is_told_that_from_fifteen_a_minor_may_act_alone_x10_lil_70(born, is_warned):
    found = standing(Representation(Capacity.PARENT), born=born)
    assert found.objection is None
    assert (Limit.MINOR_MAY_ACT_ALONE in found.limits) is is_warned


@pytest.mark.parametrize(
    ("born", "asked", "kept_out"),
    [
        (date(2011, 9, 14), True, True),
        (date(2011, 9, 14), False, False),
        (date(2011, 9, 15), True, False),
        (date(2008, 9, 15), True, True),
        (date(2008, 9, 14), True, False),
        (None, True, False),
    ],
)
def test_a_minor_of_fifteen_keeps_parents_out_if_she_asks_x10_lil_70(born, asked, kept_out):
    assert keeps_parents_out(born, TODAY, asked=asked) is kept_out


def test_each_parent_may_act_whatever_the_other_was_told_x11_lil_70():
    found = standing(Representation(Capacity.PARENT, "Second parent"), born=date(2020, 1, 1))
    assert found.objection is None
    assert Limit.EACH_PARENT_ACTS in found.limits


def test_a_parent_does_not_act_for_an_adult_child_civil_code_388():
    found = standing(Representation(Capacity.PARENT), born=date(2008, 9, 14))
    assert found.objection is Objection.PERSON_IS_ADULT
    assert found.ground == "ALL-REP-AUTHORITY"


def test_a_person_under_curatelle_acts_herself_and_her_curator_does_not_x12_lil_70():
    found = standing(Representation(Capacity.CURATOR))
    assert found.objection is Objection.CURATOR_ASSISTS
    assert found.ground == "ALL-REP-AUTHORITY"
    assert found.answer_to is AnswerTo.PERSON


def test_a_guardian_acts_on_a_judgment_that_the_controller_asks_to_see_lil_70():
    found = standing(Representation(Capacity.GUARDIAN))
    assert found.objection is None
    assert Limit.SEE_JUDGMENT in found.limits
    assert found.answer_to is AnswerTo.REPRESENTATIVE


def test_an_heir_is_kept_to_three_purposes_and_shows_heirship_x13_lil_85():
    assert len(HeirPurpose) == 3
    without = standing(Representation(Capacity.HEIR))
    assert without.objection is Objection.PURPOSE_MISSING
    assert without.ground == "ALL-DECEASED"
    found = standing(Representation(Capacity.HEIR, purpose=HeirPurpose.ESTATE))
    assert found.objection is None
    assert {Limit.ONLY_PURPOSE, Limit.SEE_HEIRSHIP} <= set(found.limits)


@pytest.mark.parametrize("capacity", [Capacity.AGENT, Capacity.ASSOCIATION])
@pytest.mark.parametrize(
    ("facts", "objection"),
    [
        ({"ends_on": date(2026, 9, 13)}, Objection.MANDATE_EXPIRED),
        ({"ends_on": TODAY}, None),
        ({"starts_on": date(2026, 9, 15)}, Objection.MANDATE_NOT_BEGUN),
        ({"starts_on": TODAY}, None),
        ({"rights": (Right.ACCESS,)}, Objection.MANDATE_SILENT_ON_RIGHT),
        ({"rights": (Right.ACCESS, Right.ERASURE)}, None),
    ],
)
def test_a_mandate_over_or_silent_on_the_right_opens_nothing_x14_decree_art_77(
    capacity, facts, objection
):
    found = standing(Representation(capacity, **facts), right=Right.ERASURE)
    assert found.objection is objection
    assert found.ground == ("ALL-MANDATE" if objection else None)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (None, AnswerTo.PERSON),
        (AnswerTo.PERSON, AnswerTo.PERSON),
        (AnswerTo.REPRESENTATIVE, AnswerTo.REPRESENTATIVE),
    ],
)
def test_a_mandate_silent_on_the_answer_leaves_it_to_the_person_x15_decree_art_77(said, answered):
    found = standing(Representation(Capacity.AGENT, answer_to=said))
    assert found.answer_to is answered
    to_person = answered is AnswerTo.PERSON
    assert (Limit.ANSWER_TO_PERSON in found.limits) is to_person
    assert (Limit.ANSWER_TO_REPRESENTATIVE in found.limits) is not to_person


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        (Representation(Capacity.AGENT), True),
        (Representation(Capacity.ASSOCIATION, answer_to=AnswerTo.PERSON), True),
        (Representation(Capacity.AGENT, answer_to=AnswerTo.REPRESENTATIVE), False),
        (Representation(Capacity.CURATOR), False),
        (Representation(Capacity.GUARDIAN), False),
        (Representation(Capacity.PARENT), False),
    ],
)
def test_only_a_mandate_keeps_the_code_of_the_answer_from_who_acts_x15_decree_art_77(said, leaves):
    assert leaves_answer_to_person(said) is leaves


def test_what_was_said_comes_back_from_its_facts_whole():
    said = Representation(
        Capacity.AGENT,
        "Maître Le Goff",
        (Right.ACCESS,),
        date(2026, 1, 1),
        date(2026, 12, 31),
        AnswerTo.PERSON,
        None,
        "Accès au dossier",
    )
    assert representation_from(said.as_facts()) == said
    assert representation_from({"capacity": "guardian"}) == Representation(Capacity.GUARDIAN)
    assert Representation(Capacity.GUARDIAN).as_facts() == {"capacity": "guardian"}
    heir = Representation(Capacity.HEIR, purpose=HeirPurpose.ESTATE)
    assert heir.as_facts() == {"capacity": "heir", "purpose": "estate"}
    assert representation_from(heir.as_facts()) == heir
    assert representation_from({"capacity": "neighbour"}) is None
    assert representation_from({}) is None
