"""Asking again is a right: nothing is refused, merged or charged because something was asked."""

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.lifecycle import ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.repeated_requests import EarlierNotNamed, NeverExcessive
from hub.models.referral import Referral
from hub.queries.repeated_requests import earlier_requests
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_organisation, add_processing, draft_for, open_case, planned


def test_a_second_copy_a_week_later_is_a_request_of_its_own_and_free_gdpr_12_5(
    unit, ports, clock, session
):
    first = open_case(unit, ports)
    clock.advance(days=7)
    draft = draft_for(planned(first.organisation_id, first.processing_id))
    with unit(draft.actor) as work:
        second = file_request(work, plan_filing(draft, ports.keyring, work.now))
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{first.organisation_id}")
    session.rollback()
    assert second.reference != first.receipt.reference
    rows = session.scalars(select(Referral).order_by(Referral.received_at)).all()
    assert [row.state for row in rows] == [ReferralState.DELIVERED] * 2
    assert (rows[1].received_at - rows[0].received_at).days == 7
    assert rows[1].due_on > rows[0].due_on, "each has its own month"


def asked_again(unit, ports, first, *more):
    """The same person files again, towards the same controller and others."""
    draft = draft_for(planned(first.organisation_id, first.processing_id), *more)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    with unit(SYSTEM) as work:
        for planned_one in draft.referrals:
            deliver_to_portal(work, f"organisation:{planned_one.organisation_id}")
    rows = next(rows for table, rows in plan.rows if table.name == "referral")
    return next(row["id"] for row in rows if row["organisation_id"] == first.organisation_id)


def refuse(unit, case, referral_id, evidence):
    item = ItemAnswer(
        case.processing_id, Outcome.REFUSED, "ALL-EXCESSIVE", "Troisième demande.", evidence
    )
    with unit(case.agent) as work:
        answer(work, referral_id, AnswerDraft("Non.", (item,), alone_reason="Seule au service."))


def number_of(session, referral_id):
    session.rollback()
    return session.get_one(Referral, referral_id).number


def test_a_refusal_as_excessive_names_an_earlier_request_to_the_same_controller_x18(
    unit, ports, clock, session
):
    first = open_case(unit, ports)
    clock.advance(days=7)
    again = asked_again(unit, ports, first)
    with pytest.raises(EarlierNotNamed):
        refuse(unit, first, again, "Elle a déjà demandé.")
    number = number_of(session, first.referral_id)
    refuse(unit, first, again, f"Voir {number}, du 14 septembre.")
    session.rollback()
    assert session.get_one(Referral, again).outcome is Outcome.REFUSED


def test_thirteen_months_later_the_ground_excessive_is_rejected_x19_gdpr_12_5(
    unit, ports, clock, session
):
    first = open_case(unit, ports)
    clock.advance(days=13 * 31)
    again = asked_again(unit, ports, first)
    number = number_of(session, first.referral_id)
    with pytest.raises(NeverExcessive):
        refuse(unit, first, again, f"Voir {number}.")


def test_what_she_asked_of_another_controller_is_never_counted_nor_shown(
    unit, ports, clock, session
):
    other = open_case(unit, ports, organisation="Cohorte Constances")
    clock.advance(days=1)
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Brest")
        processing = add_processing(work, hospital, title="Registre")
    first = asked_again(unit, ports, other, planned(hospital, processing))
    session.rollback()
    mine = session.scalar(select(Referral).where(Referral.organisation_id == hospital))
    assert earlier_requests(session, mine.id) == ()
    assert [one.number for one in earlier_requests(session, first)] == [
        number_of(session, other.referral_id)
    ]
