"""A controller that knows the person: its word is worth L2 for its case, its letter's code L3."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import AskedWay, KnownBy
from hub.domain.lifecycle import NotYours
from hub.domain.outcomes import Outcome
from hub.domain.policies import Policies
from hub.errors import Conflict, Invalid, NotFound
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.identity_proof import IdentityLetter
from hub.models.rights_request import Visit
from hub.queries.answer_gates import gates_of
from hub.queries.identity_ways import vouched_for, ways_of
from hub.queries.visits import visit_of
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.visits import open_visit
from hub.services.vouching import (
    NoIdentityCode,
    WrongIdentityCode,
    ask_to_be_known,
    type_code,
    vouch,
    write_letter,
)
from tests.factories import add_member, add_organisation, open_case

LETTER = "Vous trouverez ci-dessous les données que nous avons sur vous."


@pytest.fixture
def case(unit, ports):
    """A granted access, answered, whose controller asks for L2 as for any health data."""
    found = open_case(unit, ports)
    with unit(found.agent) as work:
        items = (ItemAnswer(found.processing_id, Outcome.GRANTED),)
        answer(work, found.referral_id, AnswerDraft(LETTER, items))
    return found


def visit(unit, session, ports, case):
    with unit(Actor(ActorKind.PERSON)) as work:
        token = open_visit(work, case.receipt.reference, case.receipt.secret)
    session.rollback()
    return visit_of(session, token.hex(), ports.clock.now())


def gate(session, ports, opened):
    session.rollback()
    (found,) = gates_of(session, opened, ports.clock.now(), Policies().proofs).values()
    return found


def test_the_word_of_the_controller_opens_its_answer_and_is_noted(unit, session, ports, case):
    opened = visit(unit, session, ports, case)
    assert gate(session, ports, opened).needed is IdentityLevel.L2
    assert not gate(session, ports, opened).is_open
    with unit(case.agent) as work:
        vouch(work, case.referral_id, KnownBy.CALLED_BACK, "Rappelée le 14 au matin.")
    assert gate(session, ports, opened).is_open
    (noted,) = vouched_for(session, RequestKeys(session, ports.keyring), case.referral_id)
    assert (noted.known_by, noted.by) == (KnownBy.CALLED_BACK, case.agent.name)
    assert noted.words == "Rappelée le 14 au matin."


def test_the_word_of_one_controller_opens_nothing_of_another(unit, session, ports, case):
    opened = visit(unit, session, ports, case)
    other = open_case(unit, ports, organisation="Autre centre")
    with unit(other.agent) as work:
        vouch(work, other.referral_id, KnownBy.AT_THE_DESK)
    with unit(other.agent) as work, pytest.raises(NotFound):
        vouch(work, case.referral_id, KnownBy.AT_THE_DESK)
    assert not gate(session, ports, opened).is_open


def test_a_word_is_good_for_ninety_days(unit, session, ports, clock, case):
    with unit(case.agent) as work:
        vouch(work, case.referral_id, KnownBy.AT_THE_DESK)
    clock.advance(days=89)
    assert gate(session, ports, visit(unit, session, ports, case)).is_open
    clock.advance(days=1)
    assert not gate(session, ports, visit(unit, session, ports, case)).is_open


def test_another_way_is_said_and_a_dpo_does_not_vouch(unit, case):
    with unit(case.agent) as work, pytest.raises(Invalid):
        vouch(work, case.referral_id, KnownBy.OTHER, " ")
    with unit(case.dpo) as work, pytest.raises(NotYours):
        vouch(work, case.referral_id, KnownBy.AT_THE_DESK)


def test_she_asks_once_and_the_controller_is_told_without_content(unit, session, ports, case):
    with unit(case.person) as work:
        ask_to_be_known(work, case.referral_id, AskedWay.CONFIRMATION)
    with unit(case.person) as work, pytest.raises(Conflict):
        ask_to_be_known(work, case.referral_id, AskedWay.CONFIRMATION)
    session.rollback()
    sent = select(Delivery).where(Delivery.kind == DeliveryKind.IDENTITY_ASKED)
    assert session.scalars(sent).one().recipient == f"organisation:{case.organisation_id}"
    with unit(case.agent) as work:
        vouch(work, case.referral_id, KnownBy.OWN_ACCOUNT)
    session.rollback()
    assert ways_of(session, case.referral_id, ports.clock.now()).confirmation_asked_at is None


def test_the_code_of_the_letter_opens_and_of_the_code_only_a_hash_is_kept(
    unit, session, ports, case
):
    opened = visit(unit, session, ports, case)
    with unit(case.agent) as work:
        written = write_letter(work, case.referral_id)
    assert len(written.code.replace("-", "")) >= 8
    row = session.scalars(select(IdentityLetter)).one()
    assert written.code.encode() not in row.code_hash
    typed = written.code.lower().replace("-", " ")
    with unit(case.person) as work:
        assert type_code(work, case.referral_id, opened.id, typed) is None
    assert gate(session, ports, opened).held is IdentityLevel.L3
    with unit(case.person) as work:
        again = type_code(work, case.referral_id, opened.id, typed)
    assert isinstance(again, NoIdentityCode)


def test_five_wrong_codes_spend_the_letter_and_each_is_in_the_log(unit, session, ports, case):
    opened = visit(unit, session, ports, case)
    with unit(case.agent) as work:
        written = write_letter(work, case.referral_id)
    for left in (4, 3, 2, 1):
        with unit(case.person) as work:
            refused = type_code(work, case.referral_id, opened.id, "0000-0000-0000-0")
        assert isinstance(refused, WrongIdentityCode)
        assert refused.facts["left"] == left
    for typed in ("0000", written.code):
        with unit(case.person) as work:
            assert isinstance(type_code(work, case.referral_id, opened.id, typed), NoIdentityCode)
    session.rollback()
    refusals = select(AuditEvent).where(AuditEvent.kind == EventKind.IDENTITY_CODE_REFUSED)
    assert len(session.scalars(refusals).all()) == 5
    assert not gate(session, ports, opened).is_open


def test_a_code_ends_after_thirty_days_or_with_the_next_letter(unit, session, ports, clock, case):
    with unit(case.agent) as work:
        first = write_letter(work, case.referral_id)
    with unit(case.agent) as work:
        second = write_letter(work, case.referral_id)
    opened = visit(unit, session, ports, case)
    with unit(case.person) as work:
        refused = type_code(work, case.referral_id, opened.id, first.code)
    assert isinstance(refused, WrongIdentityCode)
    clock.advance(days=30)
    with unit(case.person) as work:
        refused = type_code(work, case.referral_id, opened.id, second.code)
    assert isinstance(refused, NoIdentityCode)


def test_a_code_opens_for_the_person_of_its_case_alone(unit, session, ports, case):
    with unit(case.agent) as work:
        written = write_letter(work, case.referral_id)
    other = open_case(unit, ports, organisation="Autre centre")
    opened = visit(unit, session, ports, other)
    with unit(other.person) as work, pytest.raises(NotFound):
        type_code(work, case.referral_id, opened.id, written.code)
    with unit(SYSTEM) as work:
        stranger = add_member(work, add_organisation(work, "Tiers"), Role.AGENT)
    with unit(stranger) as work, pytest.raises(NotFound):
        write_letter(work, case.referral_id)
    session.rollback()
    assert session.scalars(select(Visit.id)).all()
