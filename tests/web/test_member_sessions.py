"""Members' sessions: the server's row decides, whatever a cookie says."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from hub.adapters.clock import FrozenClock
from hub.demo.accounts import code_at, secret_of
from hub.domain.actors import SYSTEM, Role
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.directory import Organisation
from hub.models.member import ApiToken, Member, TokenScope
from hub.models.member_session import MemberSession
from hub.ports import Ports
from hub.queries.tokens import token_holder
from hub.services.member_sessions import forget_sessions
from hub.services.members import deactivate_member
from hub.services.tokens import create_token
from hub.web.device_words import device_words
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
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def agent_id(app: APIFlask, unit: Unit) -> UUID:
    with unit(SYSTEM) as work:
        return add_member(work, add_organisation(work), AGENT, Role.AGENT)


@pytest.fixture
def agent(client: CheckedClient, clock: FrozenClock) -> CheckedClient:
    sign_in(client, AGENT, clock.now())
    return client


@pytest.fixture
def elsewhere(app: APIFlask, agent: CheckedClient, clock: FrozenClock) -> CheckedClient:
    """A second browser of the same member."""
    clock.advance(seconds=30)
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(other, AGENT, clock.now())
    return other  # type: ignore[return-value]


def rows(session: Session) -> list[MemberSession]:
    session.rollback()
    return list(
        session.scalars(select(MemberSession).order_by(MemberSession.opened_at, MemberSession.id))
    )


def cookie_of(client: CheckedClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def is_in(client: CheckedClient) -> bool:
    return client.get("/compte").status_code == 200


def suspend(unit: Unit, organisation_id: UUID, *, is_suspended: bool = True) -> None:
    with unit(SYSTEM) as work:
        wanted = Organisation.id == organisation_id
        work.session.execute(update(Organisation).where(wanted).values(is_suspended=is_suspended))


def organisation_of(session: Session, member_id: UUID) -> UUID:
    session.rollback()
    return session.get_one(Member, member_id).organisation_id


def test_a_copy_of_the_cookie_opens_nothing_after_she_signed_out(
    app: APIFlask, agent: CheckedClient, session: Session
) -> None:
    stolen = cookie_of(agent)
    thief = app.test_client()
    thief.set_cookie("session", stolen)
    assert is_in(thief)
    post(agent, "/deconnexion", agent.get("/compte"))
    assert rows(session) == []
    thief.set_cookie("session", stolen)
    assert not is_in(thief)


def test_a_sign_in_gives_a_number_that_no_earlier_cookie_holds(
    app: APIFlask, client: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    give_password(client, AGENT)
    fixed = cookie_of(client)
    sign_in(client, AGENT, clock.now())
    planted = app.test_client()
    planted.set_cookie("session", fixed)
    assert not is_in(planted)
    [row] = rows(session)
    assert row.number_hash.hex() not in cookie_of(client)


def test_a_session_ends_after_two_hours_without_use(
    agent: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    clock.advance(minutes=119)
    assert is_in(agent)
    clock.advance(minutes=119)
    assert is_in(agent)
    clock.advance(minutes=121)
    assert "pour votre sécurité" in agent.get("/compte", follow_redirects=True).text
    assert not is_in(agent)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    agent: CheckedClient, clock: FrozenClock
) -> None:
    for _ in range(7):
        clock.advance(minutes=100)
        assert is_in(agent)
    clock.advance(minutes=21)
    assert not is_in(agent)


def test_a_cookie_cannot_lengthen_a_session_that_the_server_ended(
    app: APIFlask, agent: CheckedClient, clock: FrozenClock
) -> None:
    kept = cookie_of(agent)
    clock.advance(hours=3)
    assert not is_in(agent)
    agent.set_cookie("session", kept)
    assert not is_in(agent)


def test_her_account_lists_her_sessions_and_ends_one(
    agent: CheckedClient, elsewhere: CheckedClient, session: Session
) -> None:
    page = agent.get("/compte")
    assert "Firefox · Windows" in page.text
    assert page.text.count("Fermer cette session") == 1
    other = rows(session)[1]
    answer = post(agent, f"/compte/sessions/{other.id}/fermer", page)
    assert answer.location == "/compte#sessions"
    assert not is_in(elsewhere)
    assert is_in(agent)


def test_she_ends_all_her_other_sessions(
    agent: CheckedClient, elsewhere: CheckedClient, session: Session
) -> None:
    post(elsewhere, "/compte/sessions/autres/fermer", elsewhere.get("/compte"))
    assert not is_in(agent)
    assert is_in(elsewhere)
    assert len(rows(session)) == 1


def test_nobody_ends_the_session_of_another(
    app: APIFlask, agent: CheckedClient, clock: FrozenClock, unit: Unit, session: Session
) -> None:
    with unit(SYSTEM) as work:
        add_member(work, add_organisation(work, "Ailleurs"), "zoe@ailleurs.example", Role.AGENT)
    stranger = app.test_client()
    sign_in(stranger, "zoe@ailleurs.example", clock.now())
    [hers, _] = rows(session)
    page = stranger.get("/compte")
    assert post(stranger, f"/compte/sessions/{hers.id}/fermer", page).status_code == 404
    assert is_in(agent)


def test_a_new_password_ends_the_other_sessions_and_renews_this_one(
    app: APIFlask, agent: CheckedClient, elsewhere: CheckedClient, session: Session
) -> None:
    before = cookie_of(elsewhere)
    new = "Une phrase nouvelle 2027!"
    post(elsewhere, "/compte/mot-de-passe", current=PASSWORD, password=new, again=new)
    assert not is_in(agent)
    assert is_in(elsewhere)
    thief = app.test_client()
    thief.set_cookie("session", before)
    assert not is_in(thief)
    kinds = session.scalars(select(Delivery.kind).where(Delivery.recipient.like("member:%")))
    assert DeliveryKind.ACCESS_CHANGED in set(kinds)


def test_a_confirmation_gives_the_session_another_number(
    app: APIFlask, agent: CheckedClient, clock: FrozenClock
) -> None:
    clock.advance(minutes=11)
    address = agent.get("/compte/mot-de-passe").location
    page, before = agent.get(address), cookie_of(agent)
    thief = app.test_client()
    thief.set_cookie("session", before)
    assert is_in(thief)
    proof = {"confirm-password": PASSWORD, "confirm-code": code_at(secret_of(AGENT), clock.now())}
    assert post(agent, address, page, **proof).location == "/compte/mot-de-passe"
    thief.set_cookie("session", before)
    assert not is_in(thief)
    assert is_in(agent)


def test_a_lost_telephone_is_replaced_with_a_recovery_code_and_its_sessions_end(
    app: APIFlask, agent: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    made = post(agent, "/compte/codes-de-secours", generate_new_codes="1")
    [code, *_] = re.findall(r"<li><code>([0-9a-f-]{14})</code>", made.text)
    clock.advance(minutes=30)
    found = app.test_client()
    give_password(found, AGENT)
    post(found, "/connexion/code-de-secours", code=code)
    page = post(found, "/connexion/second-facteur", setup="authenticator")
    key = re.search(r'copy-value">([A-Z2-7-]+)<', page.text)
    assert key
    new = code_at(key[1].replace("-", ""), clock.now())
    assert post(found, "/connexion/code", page, code=new).location == "/compte"
    assert is_in(found)
    assert not is_in(agent)
    again = app.test_client()
    give_password(again, AGENT)
    assert give_code(again, AGENT, clock.now()).status_code == 200
    session.rollback()
    told = session.scalars(select(Delivery.kind)).all()
    assert told == [DeliveryKind.ACCESS_CHANGED] * 2


def test_use_is_written_once_a_minute_and_costs_one_query_more(
    agent: CheckedClient, clock: FrozenClock, session: Session
) -> None:
    [row] = rows(session)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    agent.get("/compte")
    about_sessions = [one for one in asked if "member_session" in one]
    # One to let her in, one for the list that this page shows.
    assert len(about_sessions) == 2
    assert rows(session)[0].used_at == row.used_at
    clock.advance(seconds=61)
    asked.clear()
    agent.get("/connexion/suite")
    agent.get("/connexion/suite")
    assert sum("UPDATE member_session" in one for one in asked) == 1
    assert rows(session)[0].used_at == clock.now()


def test_sessions_that_are_over_are_deleted(
    agent: CheckedClient, clock: FrozenClock, unit: Unit, session: Session
) -> None:
    with unit(SYSTEM) as work:
        assert forget_sessions(work) == 0
    clock.advance(hours=2, seconds=1)
    with unit(SYSTEM) as work:
        assert forget_sessions(work) == 1
    assert rows(session) == []


def test_a_suspended_organisation_lets_nobody_in(
    client: CheckedClient, clock: FrozenClock, unit: Unit, session: Session, agent_id: UUID
) -> None:
    organisation_id = organisation_of(session, agent_id)
    suspend(unit, organisation_id)
    assert "est suspendu" in give_password(client, AGENT).text
    assert "suspendu" not in give_password(client, AGENT, "faux").text
    suspend(unit, organisation_id, is_suspended=False)
    assert give_password(client, AGENT).status_code == 302


def test_a_suspension_counts_at_the_next_page(
    agent: CheckedClient, unit: Unit, session: Session, agent_id: UUID
) -> None:
    page = agent.get("/compte")
    suspend(unit, organisation_of(session, agent_id))
    refused = post(agent, "/compte", page, language="en", notices="single")
    assert refused.location == "/connexion"
    assert agent.get("/compte/codes-de-secours").status_code == 302
    assert not is_in(agent)
    session.rollback()
    assert session.get_one(Member, agent_id).language == "fr"


def test_a_suspension_between_password_and_code_opens_no_page(
    client: CheckedClient, clock: FrozenClock, unit: Unit, session: Session, agent_id: UUID
) -> None:
    give_password(client, AGENT)
    suspend(unit, organisation_of(session, agent_id))
    give_code(client, AGENT, clock.now())
    assert not is_in(client)


def test_the_programs_and_calendars_of_a_suspended_organisation_are_refused(
    agent: CheckedClient, ports: Ports, unit: Unit, session: Session, agent_id: UUID
) -> None:
    organisation_id = organisation_of(session, agent_id)
    with unit(SYSTEM) as work:
        token = create_token(work, organisation_id, [TokenScope.ANSWER], "Registre")
    headers = {"Authorization": f"Bearer {token}"}
    calendar = agent.get("/agenda").text.partition('id="agenda-address"')[2]
    calendar = "/agenda/" + calendar.partition("/agenda/")[2].partition("<")[0]
    assert agent.get("/api/v1/referrals", headers=headers).status_code == 200
    assert agent.get(calendar).status_code == 200
    suspend(unit, organisation_id)
    assert agent.get("/api/v1/referrals", headers=headers).status_code == 401
    assert agent.get(calendar).status_code == 404
    assert token_holder(session, ports.keyring, token) is None
    assert session.scalar(select(ApiToken.revoked_at)) is None


def test_a_member_shut_out_in_the_middle_of_her_work_is_out_at_once(
    agent: CheckedClient, unit: Unit, session: Session, agent_id: UUID, clock: FrozenClock
) -> None:
    with unit(SYSTEM) as work:
        row = work.session.get_one(Member, agent_id)
        deactivate_member(work, row.organisation_id, agent_id)
    assert not is_in(agent)
    assert rows(session) == []


def test_a_session_says_the_kind_of_browser_and_nothing_more() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
    assert device_words(FIREFOX) == "Firefox · Windows"
    assert device_words(chrome) == "Chrome · Android"
    assert device_words("curl/8") == ""


def test_the_rows_hold_no_address(agent: CheckedClient, session: Session) -> None:
    names = set(MemberSession.__table__.columns.keys())
    assert names == {
        "id",
        "member_id",
        "number_hash",
        "opened_at",
        "used_at",
        "confirmation_ends_at",
        "device",
    }
    [row] = rows(session)
    assert row.confirmation_ends_at - row.opened_at == timedelta(minutes=10)
    assert form_token(agent.get("/compte"))
