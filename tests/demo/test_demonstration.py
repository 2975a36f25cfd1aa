"""The demonstration: whole, lawful, repeatable, and unable to write to a real person."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.organisation_numbers import read_siren
from hub.models.directory import (
    ContactPoint,
    Controllership,
    IdentifierAsked,
    Organisation,
    Processing,
    Purpose,
    Recipient,
)
from hub.services.directory_changes import Verdict
from tests.conftest import Unit


def test_a_second_load_changes_nothing(unit: Unit, session: Session) -> None:
    with unit(SYSTEM) as work:
        first = load_directory(work)
    with unit(SYSTEM) as work:
        second = load_directory(work)
    assert first.count(Verdict.CREATED) == second.count(Verdict.UNCHANGED)
    assert not second.created
    assert not second.updated
    assert not second.findings
    assert session.scalar(select(func.count()).select_from(Organisation)) == 14


def test_no_address_can_reach_a_real_person(unit: Unit, session: Session) -> None:
    with unit(SYSTEM) as work:
        load_directory(work)
    addresses = session.scalars(select(ContactPoint.address)).all()
    sites = session.scalars(select(Organisation.website)).all()
    assert addresses
    assert all((one or "").endswith(".example") for one in [*addresses, *sites])


def test_every_processing_has_what_a_person_needs(unit: Unit, session: Session) -> None:
    with unit(SYSTEM) as work:
        load_directory(work)
    for one in session.scalars(select(Processing)):
        assert one.title_en, one.title
        assert one.summary, one.title
        assert one.summary_en, one.title
        assert one.controllerships, one.title
        assert one.purposes, one.title
        assert one.recipients, one.title
        assert one.identifiers_asked, one.title
        assert sum(part.is_contact for part in one.controllerships) == 1, one.title
    for model in (Controllership, Recipient, IdentifierAsked):
        assert session.scalar(select(func.count()).select_from(model))


def test_every_context_of_the_law_is_shown_and_every_basis_but_one(
    unit: Unit, session: Session
) -> None:
    with unit(SYSTEM) as work:
        load_directory(work)
    contexts = set(session.scalars(select(Purpose.context)))
    bases = set(session.scalars(select(Purpose.legal_basis)))
    assert contexts == set(Context)
    assert bases == set(LegalBasis) - {LegalBasis.VITAL_INTERESTS}


def test_sirens_hold_and_are_unique(unit: Unit, session: Session) -> None:
    with unit(SYSTEM) as work:
        load_directory(work)
    sirens = session.scalars(select(Organisation.siren)).all()
    assert len(set(sirens)) == len(sirens)
    assert all(read_siren(one or "").value == one for one in sirens)
