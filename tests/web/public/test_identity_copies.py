"""X9: where a hub takes copies of identity documents at all, none outlives its use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.policies import policies_with
from hub.models.answer import Document
from hub.models.audit_event import AuditEvent
from hub.models.representation import Sighting
from hub.services.exchanging import verify_identity
from tests.factories import open_case
from tests.web.controller.conftest import AGENT, member_of
from tests.web.controller.pages import pdf, saved, send
from tests.web.members import sign_in
from workers.jobs.upkeep import sweep


@pytest.fixture
def takes_copies(app, ports):
    """A hub that lets a copy answer an identity check."""
    changed = replace(ports, policies=policies_with({"identity.takes_copies": 1}))
    app.extensions["ports"] = changed
    return changed


@pytest.fixture
def asked(takes_copies, unit, ports, enter):
    """A case whose person has sent a copy in reply to an identity check."""
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        question = verify_identity(work, case.referral_id, "Qui êtes-vous ?", "Deux homonymes.")
    client = enter(case.receipt)
    address = f"/suivre/question/{question}"
    assert "détruite dès que l’organisme a décidé" in client.get(address).text
    sent = send(client, address, text="Ma carte.", files=pdf("carte.pdf"))
    assert sent.status_code == 302, sent.text
    return case


@pytest.fixture
def agent(asked, unit, client, clock):
    member_of(unit, asked, AGENT, Role.AGENT)
    sign_in(client, AGENT, clock.now())
    return client


def the_copy(session) -> Document:
    session.rollback()
    return session.scalars(select(Document)).one()


def decide(agent, asked, **changes):
    said = {"kind": "identity_document", "seen_on": "2026-09-14", "verdict": "convinces"}
    return send(agent, f"/dossiers/{asked.referral_id}/vu", **(said | changes))


def test_the_verdict_destroys_the_copy_and_keeps_the_note_x9_edpb_79(agent, asked, ports, session):
    page = agent.get(f"/dossiers/{asked.referral_id}")
    assert "identité : voir, décider, elle est détruite" in page.text.replace("\u00a0", " ")
    copy = the_copy(session)
    key, case = copy.storage_key, f"/dossiers/{asked.referral_id}"
    assert saved(agent, case, copy.id).status_code == 200
    assert key in ports.files.sealed
    decide(agent, asked, words="Le nom et la date concordent.")
    assert key not in ports.files.sealed, "the blob is gone"
    assert the_copy(session).storage_key is None
    assert saved(agent, case, copy.id).status_code == 404
    note = session.scalars(select(Sighting)).one()
    assert (note.seen_on, note.seen_by_name) == (date(2026, 9, 14), "Louise Martin")
    kinds = session.scalars(select(AuditEvent.kind)).all()
    assert EventKind.DOCUMENT_DESTROYED in kinds
    assert "détruite le 14 septembre 2026" in agent.get(f"/dossiers/{asked.referral_id}").text


def test_a_verdict_that_it_does_not_convince_destroys_it_too_x9_edpb_79(
    agent, asked, ports, session
):
    decide(agent, asked, verdict="does_not")
    assert not ports.files.sealed
    assert the_copy(session).deleted_at is not None


def test_to_note_another_paper_destroys_no_copy(agent, asked, ports):
    decide(agent, asked, kind="mandate")
    assert len(ports.files.sealed) == 1


def test_a_copy_on_which_nobody_decides_is_destroyed_after_ten_days_x9_edpb_79(
    asked, ports, session, clock
):
    clock.advance(days=10)
    sweep()
    assert len(ports.files.sealed) == 1
    clock.advance(days=1)
    sweep()
    assert not ports.files.sealed
    assert the_copy(session).storage_key is None
