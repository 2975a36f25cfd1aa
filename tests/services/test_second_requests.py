"""Asking again is a right: nothing is refused, merged or charged because something was asked."""

from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.lifecycle import ReferralState
from hub.models.referral import Referral
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request, plan_filing
from tests.factories import draft_for, open_case, planned


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
