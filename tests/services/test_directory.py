"""Corrections by hand: by the controller itself or the hub's staff, each with its event."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactRole, ContactStatus
from hub.errors import Invalid, NotFound
from hub.models.audit_event import AuditEvent
from hub.models.directory import ContactPoint, Organisation, Processing
from hub.queries.directory import search_processings
from hub.services.directory import (
    add_contact_point,
    update_processing,
    verify_contact_point,
    verify_processing,
)
from tests.conftest import Unit


@pytest.fixture
def valmont(unit: Unit, session: Session) -> tuple[Actor, UUID, UUID]:
    """An administrator of a hospital, its organisation and its warehouse."""
    with unit(SYSTEM) as work:
        load_directory(work)
    session.rollback()
    hospital = session.scalars(
        select(Organisation.id).where(Organisation.source_key == "chu-valmont")
    ).one()
    warehouse = session.scalars(
        select(Processing.id).where(Processing.source_key == "valmont-eds")
    ).one()
    roles = frozenset({Role.ADMINISTRATOR})
    return Actor(ActorKind.MEMBER, uuid4(), hospital, roles), hospital, warehouse


def test_a_correction_is_kept_found_again_and_logged(
    valmont: tuple[Actor, UUID, UUID], unit: Unit, session: Session
) -> None:
    actor, hospital, warehouse = valmont
    with unit(actor) as work:
        update_processing(work, warehouse, values={"title": "Entrepôt Quintessence"})
    session.rollback()
    assert [one.id for one in search_processings(session, "quintessence").rows] == [warehouse]
    assert session.get_one(Processing, warehouse).verified_at is not None
    events = session.scalars(select(AuditEvent).where(AuditEvent.stream_id == hospital)).all()
    assert events[-1].kind is EventKind.PROCESSING_CHANGED
    assert events[-1].subject_id == warehouse


def test_another_organisation_sees_nothing_to_change(
    valmont: tuple[Actor, UUID, UUID], unit: Unit
) -> None:
    _actor, hospital, warehouse = valmont
    stranger = Actor(ActorKind.MEMBER, uuid4(), uuid4(), frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(NotFound), unit(stranger) as work:
        verify_processing(work, warehouse)
    with pytest.raises(NotFound), unit(stranger) as work:
        add_contact_point(
            work, hospital, role=ContactRole.DPO, channel=Channel.EMAIL, address="a@b.example"
        )


@pytest.mark.parametrize(
    "values",
    [
        {"source": "hand"},
        {"title": " "},
        {"data_from_on": date(2020, 1, 1), "data_to_on": date(2019, 1, 1)},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    valmont: tuple[Actor, UUID, UUID], unit: Unit, session: Session, values: dict[str, object]
) -> None:
    actor, _hospital, warehouse = valmont
    with pytest.raises(Invalid), unit(actor) as work:
        update_processing(work, warehouse, values=values)
    session.rollback()
    assert session.get_one(Processing, warehouse).verified_at is None


def test_a_contact_point_comes_last_and_unverified_until_checked(
    valmont: tuple[Actor, UUID, UUID], unit: Unit, session: Session
) -> None:
    actor, hospital, _warehouse = valmont
    with unit(actor) as work:
        point_id = add_contact_point(
            work,
            hospital,
            role=ContactRole.RIGHTS_REQUESTS,
            channel=Channel.EMAIL,
            address=" droits@chu-valmont.example ",
        )
    session.rollback()
    point = session.get_one(ContactPoint, point_id)
    assert (point.position, point.status) == (1, ContactStatus.UNVERIFIED)
    assert point.address == "droits@chu-valmont.example"
    with unit(actor) as work:
        verify_contact_point(work, point_id)
    session.rollback()
    assert session.get_one(ContactPoint, point_id).status is ContactStatus.VERIFIED


def test_an_address_that_is_none_is_refused(valmont: tuple[Actor, UUID, UUID], unit: Unit) -> None:
    actor, hospital, _warehouse = valmont
    with pytest.raises(Invalid), unit(actor) as work:
        add_contact_point(
            work, hospital, role=ContactRole.DPO, channel=Channel.EMAIL, address="pas une adresse"
        )
