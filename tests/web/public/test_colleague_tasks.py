"""A colleague without account answers one question by her link, and sees nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent
from hub.models.exchange import ColleagueTask
from hub.models.referral import Referral, WaitingFor
from hub.queries.referral_page import referral_page
from hub.sealing import RequestKeys
from hub.services.working import ColleagueAsked, open_task, task_token
from tests.factories import open_case
from tests.web.controller.pages import send


@pytest.fixture
def asked(unit, ports):
    """A case, and the link of the task its agent opened."""
    case = open_case(unit, ports)
    task = ColleagueAsked(
        "Paul Le Guen",
        "paul@chu.example",
        "Avez-vous le dossier papier ?",
        ("family_name", "birth_date"),
        date(2026, 9, 21),
    )
    with unit(case.agent) as work:
        task_id = open_task(work, case.referral_id, task)
        link = f"/tache/{task_token(work, task_id)}"
    return case, link


def test_she_sees_who_asks_what_and_only_the_identifiers_listed(client, asked):
    page = client.get(asked[1])
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("CHU de Rennes", "dossier papier", "Dubois", "8 mars 1965", "21 septembre 2026"):
        assert words in page.text
    for hidden in ("Angèle", "angele@", "copie de mes données", "Louise Martin"):
        assert hidden not in page.text


def test_her_reply_reaches_the_controller_and_the_link_is_over(client, asked, ports, session):
    case, link = asked
    assert "Merci" in send(client, link, text="Oui, au sous-sol.").text
    session.rollback()
    assert session.get(Referral, case.referral_id).waiting_for is WaitingFor.CONTROLLER
    keys = RequestKeys(session, ports.keyring)
    page = referral_page(session, keys, case.organisation_id, case.referral_id)
    assert [one.reply for one in page.tasks] == ["Oui, au sous-sol."]
    assert client.get(link).status_code == 410
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.kind == EventKind.TASK_ANSWERED)
    ).one()
    assert event.actor_kind.value == "colleague"


def test_an_empty_reply_is_said_beside_the_field_and_the_link_still_works(client, asked):
    page = send(client, asked[1], text="  ")
    assert page.status_code == 422
    assert "Écrivez votre réponse." in page.text
    assert client.get(asked[1]).status_code == 200


def test_an_unknown_and_a_cancelled_link_say_so_alike(client, asked, unit, clock):
    case, link = asked
    unknown = client.get("/tache/" + "0" * 64)
    with unit(case.agent) as work:
        work.session.scalars(select(ColleagueTask)).one().cancelled_at = clock.now()
    cancelled = client.get(link)
    assert unknown.status_code == cancelled.status_code == 410
    assert unknown.text.replace("0" * 64, link[7:]) == cancelled.text
    assert "Ce lien ne fonctionne plus" in cancelled.text
