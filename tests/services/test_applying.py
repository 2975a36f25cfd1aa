"""What is granted must be done, item by item, and its recipients told (GDPR 19; C-154/21)."""

from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import RecipientKind
from hub.domain.lifecycle import ActionNotAllowed, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.errors import Invalid
from hub.models.columns import new_id
from hub.models.directory import Recipient
from hub.models.referral import RecipientNotice, Referral, ReferralItem, ToldBy, WaitingFor
from hub.services.answering import AnswerDraft, ItemAnswer, answer, correct_answer
from hub.services.applying import Done, NotTold, Told, close_recipient_notice, mark_applied
from hub.services.upkeep import close_settled
from tests.factories import add_member, open_case

NAMES = {
    "Hébergeur Nuage": RecipientKind.PROCESSOR,
    "Institut Hervieu": RecipientKind.RECIPIENT,
    "Cohorte Horizons": RecipientKind.RECIPIENT,
}
TODAY = date(2026, 9, 14)
DONE = Done(TODAY, "Votre date de naissance est corrigée.", "Ticket 42")


def granted(unit, ports, right, *, with_recipients=True):
    """A case granted, whose processing has three recipients, one of them a processor."""
    case = open_case(unit, ports, right=right)
    if with_recipients:
        with unit(SYSTEM) as work:
            work.session.add_all(
                Recipient(id=new_id(), processing_id=case.processing_id, name=name, kind=kind)
                for name, kind in NAMES.items()
            )
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer(work, case.referral_id, AnswerDraft("Nous le faisons.", items))
    return case


def notices(session):
    session.rollback()
    return list(session.scalars(select(RecipientNotice).order_by(RecipientNotice.name)))


def waiting_for(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id).waiting_for


@pytest.mark.parametrize("right", [Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION])
def test_x20_each_recipient_processors_included_is_to_be_told_under_article_19(
    unit, ports, session, right
):
    granted(unit, ports, right)
    assert [(one.name, one.kind) for one in notices(session)] == sorted(NAMES.items())


def test_an_objection_opens_no_task_of_article_19(unit, ports, session):
    granted(unit, ports, Right.OBJECTION)
    assert notices(session) == []


def test_the_case_stays_to_apply_until_it_is_done_and_each_recipient_is_settled(
    unit, ports, session, clock
):
    case = granted(unit, ports, Right.RECTIFICATION)
    first, second, third = notices(session)
    with unit(case.agent) as work:
        mark_applied(work, case.referral_id, case.processing_id, DONE)
    assert waiting_for(session, case) is WaitingFor.TO_APPLY
    with unit(case.agent) as work:
        for one in (first, second):
            told = Told(TODAY, ToldBy.EMAIL, "Sa réponse du jour.")
            close_recipient_notice(work, case.referral_id, one.id, told)
    assert waiting_for(session, case) is WaitingFor.TO_APPLY
    clock.advance(days=40)
    with unit(SYSTEM) as work:
        assert close_settled(work) == 0
    with unit(case.agent) as work:
        reason = NotTold("La cohorte a effacé ses copies en 2020.")
        close_recipient_notice(work, case.referral_id, third.id, reason)
    assert waiting_for(session, case) is WaitingFor.NOBODY
    clock.advance(days=31)
    with unit(SYSTEM) as work:
        assert close_settled(work) == 1


def test_a_recipient_is_settled_once_and_only_with_a_proof_or_a_reason(unit, ports, session):
    case = granted(unit, ports, Right.ERASURE)
    one = notices(session)[0]
    for field, said in {
        "proof": Told(TODAY, ToldBy.POST, " "),
        "reason": NotTold("–"),
        "told_on": Told(date(2026, 9, 15), ToldBy.POST, "AR"),
    }.items():
        with pytest.raises(Invalid) as refusal, unit(case.agent) as work:
            close_recipient_notice(work, case.referral_id, one.id, said)
        assert refusal.value.facts["field"] == field
    with unit(case.agent) as work:
        close_recipient_notice(work, case.referral_id, one.id, Told(TODAY, ToldBy.POST, "AR"))
    with pytest.raises(ActionNotAllowed), unit(case.agent) as work:
        close_recipient_notice(work, case.referral_id, one.id, NotTold("Trop tard."))


def test_done_says_what_was_done_and_what_proves_it(unit, ports, session):
    case = granted(unit, ports, Right.OBJECTION)
    for field, done in {
        "what": Done(TODAY, " ", "Ticket 42"),
        "proof": Done(TODAY, "Vos données sont sorties.", " "),
        "applied_on": Done(date(2026, 9, 15), "Vos données sont sorties.", "Ticket 42"),
    }.items():
        with pytest.raises(Invalid) as refusal, unit(case.agent) as work:
            mark_applied(work, case.referral_id, case.processing_id, done)
        assert refusal.value.facts["field"] == field
    assert waiting_for(session, case) is WaitingFor.TO_APPLY


def test_a_correction_that_still_grants_keeps_what_was_done(unit, ports, session):
    case = granted(unit, ports, Right.ERASURE, with_recipients=False)
    with unit(case.agent) as work:
        mark_applied(work, case.referral_id, case.processing_id, DONE)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        correct_answer(work, case.referral_id, AnswerDraft("Mieux dit.", items))
    assert waiting_for(session, case) is WaitingFor.NOBODY
    assert session.scalar(select(ReferralItem)).applied_on == TODAY


def test_a_correction_that_no_longer_grants_leaves_nothing_to_do_nor_to_tell(unit, ports, session):
    case = granted(unit, ports, Right.ERASURE)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, Role.DPO, name="Une autre")
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
        correct_answer(work, case.referral_id, AnswerDraft("Nous n’avons rien.", items))
    assert notices(session) == []
    assert waiting_for(session, case) is WaitingFor.NOBODY
    assert session.get(Referral, case.referral_id).state is ReferralState.ANSWERED
