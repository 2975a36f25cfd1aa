"""Who may act for whom: each case of RULES §5 and §9 (X10 to X15) by what it protects."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from hub.domain.representation import (
    AnswerTo,
    Capacity,
    HeirPurpose,
    Limit,
    Objection,
    Representation,
    address_of_person,
    is_told,
    keeps_parents_out,
    leaves_answer_to_person,
    left_out,
    postal_address_of_person,
    representation_from,
    stand,
    who_is_answered,
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


def test_a_mandate_for_some_databases_opens_nothing_about_the_others_x14():
    one, other = uuid4(), uuid4()
    said = Representation(Capacity.AGENT, "Jean Le Goff", processings=(one,))
    assert left_out(said, [one, other]) == (other,)
    assert left_out(said, [one]) == ()


def test_a_mandate_without_list_and_a_parent_leave_nothing_out():
    keys = [uuid4()]
    assert left_out(Representation(Capacity.AGENT, "Jean Le Goff"), keys) == ()
    assert left_out(Representation(Capacity.PARENT, processings=(uuid4(),)), keys) == ()


@pytest.mark.parametrize(
    ("capacity", "born", "told"),
    [
        (Capacity.HEIR, ADULT, False),
        (Capacity.AGENT, ADULT, True),
        (Capacity.GUARDIAN, date(2020, 1, 1), True),
        (Capacity.PARENT, date(2011, 9, 14), True),
        (Capacity.PARENT, date(2011, 9, 15), False),
    ],
)
def test_the_person_is_told_of_what_is_filed_in_her_name_from_the_age_of_acting_alone(
    capacity, born, told
):
    assert is_told(Representation(capacity), born, TODAY) is told


FACTS = {"email": "his@x.example", "postal_address": "1 rue du Port"}
OWN = {"own_email": "hers@x.example", "own_postal_address": "2 rue Haute"}


def test_she_is_written_to_at_her_own_address_never_at_that_of_who_filed():
    assert address_of_person(FACTS | OWN, is_filers=True) == "hers@x.example"
    assert address_of_person(FACTS | OWN, is_filers=False) == "hers@x.example"
    assert address_of_person(FACTS, is_filers=True) is None
    assert address_of_person(FACTS, is_filers=False) == "his@x.example"
    assert address_of_person({}, is_filers=False) is None


def test_her_letters_follow_the_same_rule():
    assert postal_address_of_person(FACTS | OWN, is_filers=True) == "2 rue Haute"
    assert postal_address_of_person(FACTS, is_filers=True) == ""
    assert postal_address_of_person(FACTS, is_filers=False) == "1 rue du Port"
    assert postal_address_of_person({}, is_filers=False) == ""


def test_once_a_mandate_has_ended_the_person_is_answered():
    ended = Representation(
        Capacity.AGENT, "Jean Le Goff", answer_to=AnswerTo.REPRESENTATIVE, ended_on=TODAY
    )
    assert who_is_answered(ended) is AnswerTo.PERSON


def test_the_databases_of_a_mandate_and_its_end_are_kept_by_their_names():
    one = uuid4()
    said = Representation(Capacity.AGENT, "Jean Le Goff", processings=(one,), ended_on=TODAY)
    facts = said.as_facts()
    assert facts["processings"] == [str(one)]
    assert facts["ended_on"] == "2026-09-14"
    assert representation_from(facts) == said


def test_an_ended_mandate_opens_nothing_more_and_says_so():
    found = standing(Representation(Capacity.AGENT, "Jean Le Goff", ended_on=TODAY))
    assert found.objection is None
    assert found.limits == (Limit.MANDATE_ENDED, Limit.ANSWER_TO_PERSON)
    assert found.answer_to is AnswerTo.PERSON
