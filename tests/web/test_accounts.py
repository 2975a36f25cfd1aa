"""Signing in with both factors, and what is refused."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.adapters.clock import FrozenClock
from hub.demo.accounts import code_at, secret_of
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import Member
from hub.ports import Ports
from hub.services.password_links import password_link_token
from tests.conftest import Unit
from tests.pages import CheckedClient
from tests.web.members import (
    PASSWORD,
    add_member,
    add_organisation,
    form_token,
    give_code,
    give_password,
    post,
    sign_in,
)

AGENT = "lea.martin@chu.example"
DPO = "noe.dupont@chu.example"


@pytest.fixture(autouse=True)
def _members(app: APIFlask, unit: Unit) -> None:
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        add_member(work, organisation_id, AGENT, Role.AGENT)
        add_member(work, organisation_id, DPO, Role.DPO)


def events(session: Session, kind: EventKind) -> list[AuditEvent]:
    session.rollback()
    return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)))


def test_both_factors_open_a_session_and_the_log_says_so(
    client: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    answer = sign_in(client, AGENT, clock.now())
    assert answer.location == "/connexion/suite"
    assert client.get("/connexion/suite").location == "/dossiers"
    assert "Mon compte" in client.get("/compte").text
    member = session.scalar(select(Member).where(Member.email == AGENT))
    assert member is not None
    assert member.last_login_at == clock.now()
    [event] = events(session, EventKind.MEMBER_SIGNED_IN)
    assert event.subject_id == member.id
    assert event.stream_id == member.organisation_id


def test_each_role_starts_on_its_own_page(client: CheckedClient, clock: FrozenClock) -> None:
    sign_in(client, DPO, clock.now())
    assert client.get("/connexion/suite").location == "/dpo"


def test_a_password_alone_opens_no_page(client: CheckedClient) -> None:
    assert give_password(client, AGENT).location.startswith("/connexion/code")
    for address in ("/compte", "/equipe", "/compte/mot-de-passe", "/connexion/suite"):
        assert client.get(address).location.startswith("/connexion?next=")
    assert client.get("/compte/codes-de-secours").location.startswith("/connexion")


def test_a_wrong_code_opens_nothing_and_is_written_down(
    client: CheckedClient, session: Session
) -> None:
    give_password(client, AGENT)
    answer = post(client, "/connexion/code", code="000000")
    assert "Ce code est inexact ou a déjà servi" in answer.text
    assert client.get("/compte").status_code == 302
    assert len(events(session, EventKind.MEMBER_SIGN_IN_FAILED)) == 1


def test_a_code_opens_one_session_only(
    app: APIFlask, client: CheckedClient, clock: FrozenClock
) -> None:
    sign_in(client, AGENT, clock.now())
    elsewhere = app.test_client()
    give_password(elsewhere, AGENT)
    assert "a déjà servi" in give_code(elsewhere, AGENT, clock.now()).text
    clock.advance(seconds=30)
    assert give_code(elsewhere, AGENT, clock.now()).status_code == 302


def test_a_code_too_old_is_refused(client: CheckedClient, clock: FrozenClock) -> None:
    old = code_at(secret_of(AGENT), clock.now())
    clock.advance(minutes=2)
    give_password(client, AGENT)
    assert post(client, "/connexion/code", code=old).status_code == 200


def test_an_unknown_address_and_a_wrong_password_read_alike(
    client: CheckedClient, session: Session
) -> None:
    wrong = give_password(client, AGENT, "Un-autre-passe-2026")
    unknown = give_password(client, "personne@chu.example", "Un-autre-passe-2026")
    said = [
        re.sub(r'value="[^"]*"', "", page.text).replace("personne@chu.example", AGENT)
        for page in (wrong, unknown)
    ]
    assert "L’adresse e-mail ou le mot de passe est inexact" in said[0]
    assert said[0] == said[1]
    assert len(events(session, EventKind.MEMBER_SIGN_IN_FAILED)) == 2


@pytest.mark.parametrize("email", [AGENT, "personne@chu.example"])
def test_wrong_tries_slow_down_the_next_and_lock_nobody_out(
    client: CheckedClient, clock: FrozenClock, email: str
) -> None:
    for _ in range(5):
        assert "est inexact" in give_password(client, email, "faux").text
    slowed = give_password(client, email)
    assert "Attendez 5\xa0secondes" in slowed.text or "Attendez 5 secondes" in slowed.text
    clock.advance(seconds=6)
    answer = give_password(client, email)
    assert (answer.status_code == 302) == (email == AGENT)


def test_an_attacker_does_not_slow_down_the_browser_that_already_signed_in(
    app: APIFlask, client: CheckedClient, clock: FrozenClock
) -> None:
    sign_in(client, AGENT, clock.now())
    post(client, "/deconnexion", client.get("/compte"))
    attacker = app.test_client()
    for _ in range(6):
        give_password(attacker, AGENT, "faux")
    assert "Trop d’essais" in give_password(attacker, AGENT).text
    assert give_password(client, AGENT).status_code == 302


def test_a_recovery_code_opens_one_session_once(
    app: APIFlask, client: CheckedClient, clock: FrozenClock
) -> None:
    sign_in(client, AGENT, clock.now())
    page = post(client, "/compte/codes-de-secours", generate_new_codes="1")
    codes = re.findall(r"<li><code>([0-9a-f-]{14})</code>", page.text)
    assert len(codes) == 10
    assert codes[0] not in client.get("/compte/codes-de-secours?show_codes=1").text
    elsewhere = app.test_client()
    give_password(elsewhere, AGENT)
    typed = codes[3].upper().replace("-", " ")
    assert post(elsewhere, "/connexion/code-de-secours", code=typed).status_code == 302
    assert elsewhere.get("/compte").status_code == 200
    again = app.test_client()
    give_password(again, AGENT)
    refused = post(again, "/connexion/code-de-secours", code=codes[3])
    assert "Ce code de secours est inexact" in refused.text


def test_recovery_codes_are_not_readable_in_the_database(
    client: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    sign_in(client, AGENT, clock.now())
    page = post(client, "/compte/codes-de-secours", generate_new_codes="1")
    codes = re.findall(r"<li><code>([0-9a-f-]{14})</code>", page.text)
    session.rollback()
    row = session.scalar(select(Member).where(Member.email == AGENT))
    assert row is not None
    assert len(row.mf_recovery_codes) == 10
    assert not set(row.mf_recovery_codes) & set(codes)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
    ],
)
def test_signing_in_never_leads_outside_the_hub(
    client: CheckedClient, clock: FrozenClock, target: str
) -> None:
    page = client.get(f"/connexion?next={quote(target)}")
    first = post(client, "/connexion", page, email=AGENT, password=PASSWORD, next=target)
    assert "evil" not in first.location
    second = post(
        client,
        f"/connexion/code?next={quote(target)}",
        code=code_at(secret_of(AGENT), clock.now()),
    )
    assert second.status_code == 302
    assert second.location.startswith("/")
    assert not second.location.startswith(("//", "/\\"))


def test_signing_in_leads_back_to_the_page_that_was_asked(
    client: CheckedClient, clock: FrozenClock
) -> None:
    asked = client.get("/compte?a=1")
    page = client.get(asked.location)
    token = form_token(page)
    fields = {"csrf_token": token, "email": AGENT, "password": PASSWORD, "next": "/compte?a=1"}
    first = client.post("/connexion", data=fields)
    second = post(client, first.location, code=code_at(secret_of(AGENT), clock.now()))
    assert second.location == "/compte?a=1"


def test_a_session_ends_after_two_idle_hours(client: CheckedClient, clock: FrozenClock) -> None:
    sign_in(client, AGENT, clock.now())
    clock.advance(hours=1, minutes=59)
    assert client.get("/compte").status_code == 200
    clock.advance(hours=2, minutes=1)
    assert client.get("/compte").status_code == 302
    assert "Votre session a pris fin" in client.get("/connexion").text


def test_a_session_ends_after_twelve_hours_of_use(
    client: CheckedClient, clock: FrozenClock
) -> None:
    sign_in(client, AGENT, clock.now())
    for _ in range(11):
        clock.advance(hours=1)
        assert client.get("/compte").status_code == 200
    clock.advance(hours=1, minutes=1)
    assert client.get("/compte").status_code == 302


def test_signing_out_closes_the_session(client: CheckedClient, clock: FrozenClock) -> None:
    sign_in(client, AGENT, clock.now())
    assert client.get("/deconnexion").status_code == 405
    post(client, "/deconnexion", client.get("/compte"))
    assert client.get("/compte").status_code == 302


def test_a_new_password_closes_the_other_sessions(
    app: APIFlask, client: CheckedClient, clock: FrozenClock
) -> None:
    sign_in(client, AGENT, clock.now())
    clock.advance(seconds=30)
    elsewhere = app.test_client()
    sign_in(elsewhere, AGENT, clock.now())
    new = "Une nouvelle phrase 2027!"
    page = client.get("/compte/mot-de-passe")
    wrong = post(client, "/compte/mot-de-passe", page, current="faux", password=new, again=new)
    assert "Ce n’est pas votre mot de passe actuel" in wrong.text
    weak = post(client, "/compte/mot-de-passe", current=PASSWORD, password="abc", again="abc")
    assert "trop facile à deviner" in weak.text
    done = post(client, "/compte/mot-de-passe", current=PASSWORD, password=new, again=new)
    assert done.location == "/compte"
    assert client.get("/compte").status_code == 200
    assert elsewhere.get("/compte").status_code == 302


def test_preferences_are_kept_and_change_the_language(
    client: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    sign_in(client, AGENT, clock.now())
    assert post(client, "/compte", language="en", notices="digest").status_code == 302
    assert "My account" in client.get("/compte").text
    session.rollback()
    row = session.scalar(select(Member).where(Member.email == AGENT))
    assert row is not None
    assert (row.language, row.notices) == ("en", "digest")


def test_a_first_sign_in_leads_through_the_second_factor_and_the_recovery_codes(
    client: CheckedClient, clock: FrozenClock, unit: Unit, session: Session
) -> None:
    email = "ines.roy@chu.example"
    with unit(SYSTEM) as work:
        add_member(work, add_organisation(work, "Autre"), email, second_factor=False)
    assert give_password(client, email).location == "/connexion/second-facteur"
    assert client.get("/compte").location.startswith("/connexion?next=")
    assert client.get("/connexion/qr.svg").status_code == 404
    give_password(client, email)
    page = post(client, "/connexion/second-facteur", setup="authenticator")
    picture = client.get("/connexion/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    key = re.search(r'copy-value">([A-Z2-7-]+)<', page.text)
    assert key
    wrong = post(client, "/connexion/code", page, code="000000")
    assert "Ce code est inexact" in wrong.text
    right = code_at(key[1].replace("-", ""), clock.now())
    assert post(client, "/connexion/code", wrong, code=right).status_code == 302
    assert client.get("/connexion/suite").location == "/compte/codes-de-secours"
    assert client.get("/compte").status_code == 200
    assert len(events(session, EventKind.MEMBER_CHANGED)) == 1


def test_a_token_of_the_library_opens_nothing(app: APIFlask, client: CheckedClient) -> None:
    with app.test_request_context():
        member = app.extensions["security"].datastore.find_user(email=AGENT)
        token = member.get_auth_token()
    headers = {"Authentication-Token": token}
    assert client.get("/compte", headers=headers).status_code == 302
    assert client.get(f"/compte?auth_token={token}").status_code == 302


def test_the_pages_speak_english_too(client: CheckedClient) -> None:
    page = client.get("/connexion?lang=en")
    assert "Sign in" in page.text
    assert "Se connecter" not in page.text


def test_unused_pages_of_the_library_are_closed(client: CheckedClient) -> None:
    for address in ("/connexion/aide", "/connexion/choix", "/register", "/login", "/reset"):
        assert client.get(address).status_code == 404


def password_mails(session: Session) -> list[str]:
    session.rollback()
    found = select(Delivery.recipient).where(Delivery.kind == DeliveryKind.PASSWORD_LINK)
    return list(session.scalars(found))


def test_a_forgotten_password_is_replaced_by_a_link_that_serves_once(
    app: APIFlask, client: CheckedClient, clock: FrozenClock, ports: Ports, session: Session
) -> None:
    open_elsewhere = app.test_client()
    sign_in(open_elsewhere, AGENT, clock.now())
    asked = post(client, "/connexion/mot-de-passe-oublie", email=f" {AGENT.upper()} ")
    unknown = post(client, "/connexion/mot-de-passe-oublie", email="personne@chu.example")
    said = [page.text.partition("<main")[2] for page in (asked, unknown)]
    assert said[0].replace(AGENT.upper(), "X") == said[1].replace("personne@chu.example", "X")
    row = session.scalar(select(Member).where(Member.email == AGENT))
    assert row is not None
    assert password_mails(session) == [f"member:{row.id}"]
    post(client, "/connexion/mot-de-passe-oublie", email=AGENT)
    assert len(password_mails(session)) == 1
    link = f"/connexion/nouveau-mot-de-passe/{password_link_token(ports.keyring, row)}"
    common = "Azertyuiop2026!"
    assert "que tout le monde essaie" in post(client, link, password=common, again=common).text
    new = "Une phrase nouvelle 2027!"
    assert post(client, link, password=new, again=new).location == "/connexion"
    assert client.get(link).status_code == 410
    assert open_elsewhere.get("/compte").status_code == 302
    assert "est inexact" in give_password(client, AGENT).text
    assert give_password(client, AGENT, new).location.startswith("/connexion/code")
    session.rollback()
    kinds = set(session.scalars(select(Delivery.kind)))
    assert DeliveryKind.ACCESS_CHANGED in kinds


def test_a_link_for_a_password_is_good_for_an_hour_and_never_for_who_is_shut_out(
    client: CheckedClient, clock: FrozenClock, ports: Ports, session: Session, unit: Unit
) -> None:
    post(client, "/connexion/mot-de-passe-oublie", email=AGENT)
    row = session.scalar(select(Member).where(Member.email == AGENT))
    assert row is not None
    link = f"/connexion/nouveau-mot-de-passe/{password_link_token(ports.keyring, row)}"
    clock.advance(minutes=59)
    assert client.get(link).status_code == 200
    assert client.get(f"{link}x").status_code == 410
    clock.advance(minutes=2)
    assert "plus d’une heure" in client.get(link).text
    post(client, "/connexion/mot-de-passe-oublie", email=AGENT)
    assert len(password_mails(session)) == 2
    with unit(SYSTEM) as work:
        work.session.get_one(Member, row.id).active = False
    assert client.get(link).status_code == 410
    clock.advance(minutes=16)
    post(client, "/connexion/mot-de-passe-oublie", email=AGENT)
    assert len(password_mails(session)) == 2
