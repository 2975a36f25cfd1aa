"""Before what matters most a member proves again who she is, and loses nothing by it."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.adapters.clock import FrozenClock
from hub.demo.accounts import code_at, secret_of
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.models.answer import Direction, Document
from hub.models.audit_event import AuditEvent
from hub.models.member import Member
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.ports import Ports
from hub.services.answering import no_data_held
from hub.services.documents import enter_documents, receive_file
from tests.conftest import Unit
from tests.factories import Case, open_case
from tests.pages import CheckedClient
from tests.tracked import PDF
from tests.web.members import PASSWORD, add_member, add_organisation, post, sign_in

ADMINISTRATOR = "adele.petit@chu.example"
AGENT = "louise.martin@chu.example"
HUB_DPO = "irene@hub.example"
LATER = {"minutes": 11}


@pytest.fixture
def engine_name() -> str:
    """The row of a confirmation is tried on both engines with the sessions."""
    return "sqlite"


@pytest.fixture
def case(unit: Unit, ports: Ports) -> Case:
    opened: Case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, opened.organisation_id, ADMINISTRATOR, Role.ADMINISTRATOR)
        add_member(work, opened.organisation_id, AGENT, Role.AGENT)
    return opened


@pytest.fixture
def administrator(case: Case, client: CheckedClient, clock: FrozenClock) -> CheckedClient:
    sign_in(client, ADMINISTRATOR, clock.now())
    return client


def proof(clock: FrozenClock, email: str = ADMINISTRATOR, **changes: str) -> dict[str, str]:
    code = code_at(secret_of(email), clock.now())
    return {"confirm-password": PASSWORD, "confirm-code": code} | changes


def fields_of(page: object) -> dict[str, str]:
    """What the form of a page sends as it is."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def role_of(session: Session, email: str) -> frozenset[Role]:
    session.rollback()
    row = session.scalar(select(Member).where(Member.email == email))
    assert row is not None
    return row.role_set


def test_right_after_signing_in_nothing_is_asked(administrator: CheckedClient) -> None:
    for address in ("/equipe/inviter", "/equipe/jetons", "/compte/mot-de-passe"):
        assert administrator.get(address).status_code == 200


def test_ten_minutes_later_she_is_asked_before_the_page(
    administrator: CheckedClient, clock: FrozenClock
) -> None:
    for address in (
        "/equipe/inviter",
        "/equipe/jetons",
        "/compte/mot-de-passe",
        "/compte/cles-acces",
        "/compte/codes-de-secours",
        "/connexion/second-facteur",
    ):
        clock.advance(**LATER)
        asked = administrator.get(address)
        assert asked.location.startswith("/connexion/confirmation?next="), address
        page = administrator.get(asked.location)
        assert "Est-ce toujours vous" in page.text
        assert post(administrator, asked.location, page, **proof(clock)).location == address
        assert administrator.get(address).status_code == 200


def test_what_does_not_matter_so_much_is_never_asked(
    administrator: CheckedClient, case: Case, clock: FrozenClock
) -> None:
    clock.advance(minutes=100)
    for address in ("/compte", "/equipe", "/dossiers", f"/dossiers/{case.referral_id}"):
        assert administrator.get(address).status_code == 200


def test_it_slides_while_she_works_and_no_longer(
    administrator: CheckedClient, clock: FrozenClock
) -> None:
    for _ in range(8):
        clock.advance(minutes=9)
        assert administrator.get("/equipe/jetons").status_code == 200
    clock.advance(minutes=9)
    administrator.get("/equipe")
    clock.advance(minutes=2)
    assert administrator.get("/equipe/jetons").status_code == 302


def test_what_she_typed_survives_and_is_done_once_she_confirms(
    administrator: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    page = administrator.get("/equipe/inviter")
    clock.advance(**LATER)
    typed = {"name": "Ali & <Ben>", "email": "ali@chu.example", "roles": ["agent", "dpo"]}
    kept = post(administrator, "/equipe/inviter", page, **typed)
    assert kept.status_code == 200
    assert "Ce que vous avez saisi est gardé" in kept.text
    assert "Ali &amp; &lt;Ben&gt;" in kept.text
    sent = fields_of(kept)
    token = {"csrf_token": sent["csrf_token"]}
    wrong = administrator.post("/equipe/inviter", data=token | typed | {"confirm-password": "x"})
    assert "Ce n’est pas votre mot de passe" in wrong.text
    assert wrong.text.count('name="roles"') == 2
    done = administrator.post("/equipe/inviter", data=token | typed | proof(clock))
    assert done.location == "/equipe"
    assert role_of(session, "ali@chu.example") == {Role.AGENT, Role.DPO}


def test_without_the_right_password_and_code_nothing_is_done(
    administrator: CheckedClient, case: Case, clock: FrozenClock, session: Session
) -> None:
    row = session.scalar(select(Member).where(Member.email == AGENT))
    address = f"/equipe/membres/{row.id}"
    page = administrator.get(address)
    clock.advance(**LATER)
    for changes in (
        {"confirm-password": "faux"},
        {"confirm-code": "000000"},
        {"confirm-password": "", "confirm-code": ""},
    ):
        refused = post(administrator, address, page, roles=["dpo"], **proof(clock, **changes))
        assert refused.status_code == 200
    assert role_of(session, AGENT) == {Role.AGENT}
    failed = select(AuditEvent).where(AuditEvent.kind == EventKind.MEMBER_SIGN_IN_FAILED)
    assert len(session.scalars(failed).all()) == 3


def test_wrong_tries_slow_down_the_next(administrator: CheckedClient, clock: FrozenClock) -> None:
    clock.advance(**LATER)
    address = administrator.get("/equipe/jetons").location
    page = administrator.get(address)
    for _ in range(5):
        post(administrator, address, page, **proof(clock, **{"confirm-password": "faux"}))
    assert "Trop d’essais" in post(administrator, address, page, **proof(clock)).text


def test_the_code_of_a_confirmation_serves_once(
    app: APIFlask, administrator: CheckedClient, clock: FrozenClock
) -> None:
    clock.advance(**LATER)
    address = administrator.get("/equipe/jetons").location
    used = proof(clock)
    post(administrator, address, administrator.get(address), **used)
    other = app.test_client()
    post(other, "/connexion", email=ADMINISTRATOR, password=PASSWORD)
    assert "a déjà servi" in post(other, "/connexion/code", code=used["confirm-code"]).text


def test_a_recovery_code_confirms_too_and_serves_once(
    administrator: CheckedClient, clock: FrozenClock
) -> None:
    made = post(administrator, "/compte/codes-de-secours", generate_new_codes="1")
    code = re.findall(r"<li><code>([0-9a-f-]{14})</code>", made.text)[0]
    clock.advance(**LATER)
    address = administrator.get("/connexion/second-facteur").location
    page = administrator.get(address)
    given = proof(clock, **{"confirm-code": code.upper()})
    assert post(administrator, address, page, **given).status_code == 302
    clock.advance(**LATER)
    page = administrator.get(address)
    assert "a déjà servi" in post(administrator, address, page, **given).text


def test_a_confirmation_leads_nowhere_outside_the_hub(
    administrator: CheckedClient, clock: FrozenClock
) -> None:
    clock.advance(**LATER)
    address = "/connexion/confirmation?next=https://evil.example/"
    page = administrator.get(address)
    assert 'href="https://evil' not in page.text
    assert post(administrator, address, page, **proof(clock)).location == "/dossiers"


def test_a_letter_is_saved_after_coming_back_to_its_page(
    client: CheckedClient, case: Case, clock: FrozenClock, unit: Unit
) -> None:
    with unit(case.agent) as work:
        answer_id = no_data_held(work, case.referral_id, "Nous n’avons rien sur vous.")
    sign_in(client, AGENT, clock.now())
    clock.advance(**LATER)
    page = f"/dossiers/{case.referral_id}"
    came_from = {"Referer": f"http://localhost{page}"}
    asked = client.get(f"{page}/lettre/{answer_id}.pdf", headers=came_from)
    back = post(client, asked.location, **proof(clock, AGENT))
    assert back.location == page
    assert "Vous pouvez ouvrir le document maintenant" in client.get(page).text
    assert client.get(f"{page}/lettre/{answer_id}.pdf").data.startswith(b"%PDF-")


def test_a_document_is_saved_once_she_has_confirmed(
    client: CheckedClient, case: Case, clock: FrozenClock, unit: Unit, ports: Ports
) -> None:
    with unit(SYSTEM) as work:
        referral = work.session.get_one(Referral, case.referral_id)
        key = work.keys.key(referral.rights_request_id, KeyClass.CONTENT)
        received = receive_file(ports, "carte.pdf", BytesIO(PDF), sealed_to=key, limit=10_000)
        enter_documents(work, referral, [received], direction=Direction.FROM_PERSON)
        work.session.flush()
        document_id: UUID = work.session.scalar(select(Document.id))
    sign_in(client, AGENT, clock.now())
    page = client.get(f"/dossiers/{case.referral_id}")
    clock.advance(**LATER)
    address = f"/dossiers/{case.referral_id}/documents/{document_id}"
    asked = post(client, address, page)
    assert "Est-ce toujours vous" in asked.text
    ready = client.post(address, data=fields_of(asked) | proof(clock, AGENT))
    assert "C’est confirmé" in ready.text
    ticket = client.post(address, data=fields_of(ready))
    assert client.get(ticket.location).data == PDF


def test_a_letter_that_a_form_asks_for_keeps_its_reason_meanwhile(
    client: CheckedClient, case: Case, clock: FrozenClock, unit: Unit
) -> None:
    with unit(SYSTEM) as work:
        add_member(work, add_organisation(work, "Hub", runs_hub=True), HUB_DPO, Role.HUB_DPO)
    with unit(case.agent) as work:
        answer_id = no_data_held(work, case.referral_id, "Nous n’avons rien sur vous.")
    sign_in(client, HUB_DPO, clock.now())
    page = client.get(f"/dpo/dossiers/{case.referral_id}")
    clock.advance(**LATER)
    address = f"/dpo/dossiers/{case.referral_id}/lettre/{answer_id}"
    asked = post(client, address, page, reason="Plainte 2026-12 à la CNIL")
    assert "Est-ce toujours vous" in asked.text
    ready = client.post(address, data=fields_of(asked) | proof(clock, HUB_DPO))
    assert "C’est confirmé" in ready.text
    assert client.post(address, data=fields_of(ready)).data.startswith(b"%PDF-")
