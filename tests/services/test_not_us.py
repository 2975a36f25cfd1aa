""" "Not us" naming an organisation outside the directory: found or entered, and passed on."""

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import ActionNotAllowed, NotYours, ReferralState
from hub.errors import Invalid
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.referral import Referral
from hub.queries.audit_trail import trail_of
from hub.queries.named_outside import named_outside
from hub.sealing import RequestKeys
from hub.services.delivering import deliver_to_portal
from hub.services.rerouting import decline, end_search, enter_organisation, route_on
from hub.services.upkeep import close_finished
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


TRIED = "Répertoire Sirene et annuaire FINESS le 20, deux appels sans suite."


def test_a_search_that_finds_nothing_is_closed_with_what_was_tried_and_the_person_is_told(
    unit, ports, session, declined, operator
):
    with unit(operator) as work:
        end_search(work, declined.referral_id, TRIED)
    session.rollback()
    assert named_outside(session) == ()
    row = session.get(Referral, declined.referral_id)
    assert row.state is ReferralState.DECLINED_NOT_CONTROLLER
    told = select(Delivery.id).where(Delivery.kind == DeliveryKind.SOMETHING_TO_READ)
    assert len(list(session.scalars(told))) == 1
    last = trail_of(session, RequestKeys(session, ports.keyring), row.rights_request_id, None)[-1]
    assert (last.kind, last.facts["words"]) == (EventKind.NAMED_NOT_FOUND, TRIED)
    assert last.actor_name == "Omar Fontaine"


def test_a_search_is_closed_once_with_words_and_by_an_operator_alone(unit, declined, operator):
    with pytest.raises(NotYours), unit(declined.agent) as work:
        end_search(work, declined.referral_id, TRIED)
    with pytest.raises(Invalid), unit(operator) as work:
        end_search(work, declined.referral_id, " — ")
    with unit(operator) as work:
        end_search(work, declined.referral_id, TRIED)
    with pytest.raises(ActionNotAllowed), unit(operator) as work:
        end_search(work, declined.referral_id, TRIED)
    with pytest.raises(ActionNotAllowed), unit(operator) as work:
        route_on(work, declined.referral_id, enter_organisation(work, "Clinique", "a@b.example"))


def test_a_request_stays_open_while_an_organisation_is_looked_for(
    unit, session, clock, declined, operator
):
    clock.advance(days=40)
    with unit(SYSTEM) as work:
        assert close_finished(work) == 0
    session.rollback()
    assert len(named_outside(session)) == 1
    with unit(operator) as work:
        end_search(work, declined.referral_id, TRIED)
    with unit(SYSTEM) as work:
        assert close_finished(work) == 1
