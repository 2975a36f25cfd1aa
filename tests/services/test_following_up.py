"""What a decision opens, and nothing else does (GDPR 17(1)(c))."""

import pytest

from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.errors import NotFound
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.following_up import erasure_draft
from tests.factories import PERSON, open_case

REFUSAL = {"ground": "ALL-UNFOUNDED", "reasons": "Voici pourquoi.", "evidence": "Pièce 3."}


def drafted(session, ports, case):
    session.rollback()
    return erasure_draft(
        session,
        RequestKeys(session, ports.keyring),
        case.receipt.rights_request_id,
        case.processing_id,
        statement="",
        scope="web",
    )


def decided(unit, ports, outcome, right=Right.OBJECTION, **facts):
    case = open_case(unit, ports, right=right)
    items = (ItemAnswer(case.processing_id, outcome, **facts),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Voici.", items, alone_reason="Seule."))
    return case


def test_erasure_takes_the_person_and_the_controller_of_the_objection_x3(unit, ports, session):
    case = decided(unit, ports, Outcome.GRANTED)
    draft = drafted(session, ports, case)
    assert draft.person == PERSON
    assert [one.organisation_id for one in draft.referrals] == [case.organisation_id]
    assert draft.follows_id == case.receipt.rights_request_id


def test_a_refused_objection_opens_no_erasure(unit, ports, session):
    case = decided(unit, ports, Outcome.REFUSED, **REFUSAL)
    with pytest.raises(NotFound):
        drafted(session, ports, case)


def test_an_objection_not_yet_answered_and_another_right_open_none(unit, ports, session):
    with pytest.raises(NotFound):
        drafted(session, ports, open_case(unit, ports, right=Right.OBJECTION))
    with pytest.raises(NotFound):
        drafted(session, ports, decided(unit, ports, Outcome.GRANTED, Right.RECTIFICATION))
