""" "Not us" naming an organisation outside the directory: found or entered, and passed on."""

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.lifecycle import ActionNotAllowed, NotYours, ReferralState
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.referral import Referral
from hub.queries.named_outside import named_outside
from hub.services.delivering import deliver_to_portal
from hub.services.rerouting import decline, enter_organisation, route_on
from tests.factories import add_member, open_case


@pytest.fixture
def declined(unit, ports):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        decline(work, case.referral_id, "C’est la clinique.", "Clinique des Ajoncs")
    return case


@pytest.fixture
def operator(unit, declined):
    with unit(SYSTEM) as work:
        return add_member(work, declined.organisation_id, Role.OPERATOR, name="Omar Fontaine")


def test_x16_a_named_organisation_is_a_task_of_the_operator_crpa_l114_2(session, declined):
    session.rollback()
    (task,) = named_outside(session)
    assert (task.named, task.by) == ("Clinique des Ajoncs", "CHU de Rennes")


def test_x16_once_entered_it_receives_the_request_and_the_clock_does_not_move_crpa_l114_3(
    unit, session, clock, declined, operator
):
    clock.advance(days=9)
    with unit(operator) as work:
        heir = enter_organisation(work, "Clinique des Ajoncs", "dpo@ajoncs.example")
        successor_id = route_on(work, declined.referral_id, heir)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{heir}")
    session.rollback()
    first = session.get(Referral, declined.referral_id)
    second = session.get(Referral, successor_id)
    assert first.state is ReferralState.TRANSFERRED
    assert (second.received_at, second.due_on) == (first.received_at, first.due_on)
    assert second.state is ReferralState.DELIVERED
    news = select(Delivery.id).where(Delivery.kind == DeliveryKind.NEWS)
    assert len(list(session.scalars(news))) == 2
    assert named_outside(session) == ()


def test_only_an_operator_passes_on_and_only_once(unit, declined, operator):
    with unit(operator) as work:
        heir = enter_organisation(work, "Clinique des Ajoncs", "dpo@ajoncs.example")
    with pytest.raises(NotYours), unit(declined.agent) as work:
        route_on(work, declined.referral_id, heir)
    with unit(operator) as work:
        route_on(work, declined.referral_id, heir)
    with pytest.raises(ActionNotAllowed), unit(operator) as work:
        route_on(work, declined.referral_id, heir)
