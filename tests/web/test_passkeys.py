"""Passkeys: adding one, signing in with it, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.adapters.clock import FrozenClock
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import Member
from hub.models.passkey import Passkey
from hub.services.members import deactivate_member, renew_access
from tests.conftest import Unit
from tests.pages import CheckedClient
from tests.web.authenticators import Authenticator, options_in
from tests.web.members import add_member, add_organisation, give_code, give_password, post, sign_in

AGENT = "lea.martin@chu.example"
OTHER = "noe.dupont@chu.example"
PAGE = "/compte/cles-acces"
FAILED = "pas pu être vérifiée"


@pytest.fixture
def engine_name() -> str:
    """The rows are tried on PostgreSQL too by the journey of a passkey in a browser."""
    return "sqlite"


@pytest.fixture(autouse=True)
def member_id(app: APIFlask, unit: Unit) -> UUID:
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        add_member(work, organisation_id, OTHER, Role.AGENT)
        return add_member(work, organisation_id, AGENT, Role.AGENT)


@pytest.fixture
def agent(client: CheckedClient, clock: FrozenClock) -> CheckedClient:
    sign_in(client, AGENT, clock.now())
    return client


@pytest.fixture
def device(agent: CheckedClient) -> Authenticator:
    """A device whose passkey is registered."""
    device = Authenticator()
    assert add(agent, device).location == PAGE
    return device


def add(client: CheckedClient, device: Authenticator, name: str = "Ordinateur") -> object:
    page = client.get(PAGE)
    return post(client, PAGE, page, name=name, passkey=device.make(options_in(page)))


def enter(client: CheckedClient, device: Authenticator, **more: object) -> object:
    page = client.get("/connexion")
    said = device.use(options_in(page))
    return post(client, "/connexion/cle-acces", page, passkey=said, **more)


def is_in(client: CheckedClient) -> bool:
    return client.get("/compte").status_code == 200


def test_a_passkey_opens_a_session_by_itself_and_the_log_says_so(
    app: APIFlask, device: Authenticator, clock: FrozenClock, session: Session, member_id: UUID
) -> None:
    browser = app.test_client()
    clock.advance(minutes=1)
    assert enter(browser, device).location == "/connexion/suite"
    assert is_in(browser)
    session.rollback()
    row = session.scalar(select(Passkey))
    assert (row.member_id, row.sign_count, row.used_at) == (member_id, 1, clock.now())
    kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.subject_id == member_id))
    assert list(kinds).count(EventKind.MEMBER_SIGNED_IN) == 2


def test_she_comes_back_to_the_page_she_asked_for_and_never_outside(
    app: APIFlask, device: Authenticator
) -> None:
    assert enter(app.test_client(), device, next="/compte?a=1").location == "/compte?a=1"
    outside = enter(app.test_client(), device, next="https://evil.example/")
    assert outside.location == "/connexion/suite"


def test_what_a_device_must_not_say_is_refused(app: APIFlask, device: Authenticator) -> None:
    for _ in range(3):
        enter(app.test_client(), device)
    for bent in (
        {"origin": "https://evil.example"},
        {"site": "evil.example"},
        {"verifies_user": False},
        {"credential_id": b"another"},
        {"handle": b"somebody else"},
        {"count": -1},
        {"key": Authenticator().key},
    ):
        browser = app.test_client()
        refused = enter(browser, replace(device, **bent))
        assert refused.location.startswith("/connexion?"), bent
        assert FAILED in browser.get(refused.location).text
        assert not is_in(browser), bent


def test_what_is_no_answer_of_a_device_is_refused(client: CheckedClient) -> None:
    for said in ("", "{}", "null", '{"id": 3}', "é", '{"id":"a","rawId":"a"}'):
        page = client.get("/connexion")
        assert post(client, "/connexion/cle-acces", page, passkey=said).status_code == 302
        assert not is_in(client), said


def test_an_answer_serves_once_even_with_a_copy_of_the_cookie(
    app: APIFlask, device: Authenticator, clock: FrozenClock
) -> None:
    device.count = -1  # as a device that does not count: its answers all say 0
    browser, copy = app.test_client(), app.test_client()
    page = browser.get("/connexion")
    copy.set_cookie("session", browser.get_cookie("session").value)
    said = device.use(options_in(page))
    clock.advance(seconds=2)
    post(browser, "/connexion/cle-acces", page, passkey=said)
    assert is_in(browser)
    post(copy, "/connexion/cle-acces", page, passkey=said)
    assert not is_in(copy)


def test_an_answer_counts_in_the_browser_that_was_asked_alone(
    app: APIFlask, device: Authenticator
) -> None:
    asked = app.test_client().get("/connexion")
    other = app.test_client()
    page = other.get("/connexion")
    post(other, "/connexion/cle-acces", page, passkey=device.use(options_in(asked)))
    assert not is_in(other)


def test_an_answer_given_too_late_is_refused(
    app: APIFlask, device: Authenticator, clock: FrozenClock
) -> None:
    browser = app.test_client()
    page = browser.get("/connexion")
    clock.advance(minutes=11)
    said = device.use(options_in(page))
    post(browser, "/connexion/cle-acces", page, passkey=said)
    assert not is_in(browser)


def test_the_use_of_a_passkey_does_not_make_another(
    agent: CheckedClient, device: Authenticator, session: Session
) -> None:
    page = agent.get(PAGE)
    refused = post(agent, PAGE, page, name="Autre", passkey=device.use(options_in(page)))
    assert "n’a pas créé de clé d’accès" in refused.text
    assert session.scalars(select(Passkey.name)).all() == ["Ordinateur"]


def test_passkeys_are_listed_named_and_removed(
    app: APIFlask, agent: CheckedClient, device: Authenticator, session: Session
) -> None:
    page = agent.get(PAGE)
    assert "Ordinateur" in page.text
    assert options_in(page)["excludeCredentials"]
    twice = add(agent, Authenticator(), "ordinateur")
    assert "une autre clé d’accès de ce nom" in twice.text
    same = add(agent, device, "Encore")
    assert "déjà enregistrée" in same.text
    passkey_id = session.scalar(select(Passkey.id))
    assert post(agent, f"{PAGE}/{passkey_id}/supprimer", page).location == PAGE
    assert "Aucune clé d’accès" in agent.get(PAGE).text
    browser = app.test_client()
    enter(browser, device)
    assert not is_in(browser)


def test_a_passkey_without_a_name_is_refused_and_nothing_is_lost(agent: CheckedClient) -> None:
    refused = add(agent, Authenticator(), " ")
    assert "Donnez-lui un nom" in refused.text


def test_nobody_removes_the_passkey_of_another(
    app: APIFlask, device: Authenticator, clock: FrozenClock, session: Session
) -> None:
    other = app.test_client()
    sign_in(other, OTHER, clock.now())
    passkey_id = session.scalar(select(Passkey.id))
    assert post(other, f"{PAGE}/{passkey_id}/supprimer", other.get(PAGE)).status_code == 404


def test_adding_a_passkey_ends_her_other_sessions_and_a_mail_tells_her(
    app: APIFlask, agent: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    clock.advance(seconds=30)
    elsewhere = app.test_client()
    sign_in(elsewhere, AGENT, clock.now())
    assert add(agent, Authenticator()).location == PAGE
    assert not is_in(elsewhere)
    assert is_in(agent)
    session.rollback()
    assert set(session.scalars(select(Delivery.kind))) == {DeliveryKind.ACCESS_CHANGED}


def test_a_member_shut_out_does_not_come_in_by_passkey(
    app: APIFlask, device: Authenticator, unit: Unit, member_id: UUID
) -> None:
    with unit(SYSTEM) as work:
        row = work.session.get_one(Member, member_id)
        deactivate_member(work, row.organisation_id, member_id)
    browser = app.test_client()
    assert enter(browser, device).location.startswith("/connexion?")
    assert not is_in(browser)


def test_a_new_invitation_voids_the_passkeys_too(
    device: Authenticator, unit: Unit, member_id: UUID, session: Session
) -> None:
    with unit(SYSTEM) as work:
        row = work.session.get_one(Member, member_id)
        renew_access(work, row.organisation_id, member_id)
    session.rollback()
    assert session.scalar(select(Passkey)) is None


def test_a_code_used_before_a_passkey_does_not_serve_again(
    app: APIFlask, device: Authenticator, clock: FrozenClock
) -> None:
    enter(app.test_client(), device)
    elsewhere = app.test_client()
    give_password(elsewhere, AGENT)
    assert "a déjà servi" in give_code(elsewhere, AGENT, clock.now()).text


def test_she_confirms_with_her_own_passkey_alone(
    app: APIFlask, agent: CheckedClient, device: Authenticator, clock: FrozenClock
) -> None:
    colleague, hers = app.test_client(), Authenticator()
    sign_in(colleague, OTHER, clock.now())
    add(colleague, hers)
    clock.advance(minutes=11)
    address = agent.get("/compte/mot-de-passe").location
    page = agent.get(address)
    wrong = post(agent, address, page, **{"confirm-passkey": hers.use(options_in(page))})
    assert FAILED in wrong.text
    right = {"confirm-passkey": device.use(options_in(wrong))}
    assert post(agent, address, wrong, **right).location == "/compte/mot-de-passe"
    assert agent.get("/compte/mot-de-passe").status_code == 200
