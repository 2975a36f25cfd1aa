"""The list of opt-outs as the health data access body reads it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.opt_outs import OptOutPolicy
from hub.models.audit_event import AuditEvent
from hub.models.member import TokenScope
from hub.models.rights_request import IntakeChannel
from hub.services.filing_plans import plan_filing
from hub.services.opt_outs import opt_out_draft, register_opt_out
from hub.services.tokens import create_token
from tests.factories import PERSON, add_organisation


@pytest.fixture
def ports(ports):
    """A hub whose register is open already."""
    opened = OptOutPolicy(from_on=date(2026, 1, 1))
    return replace(ports, policies=replace(ports.policies, opt_outs=opened))


@pytest.fixture
def tokens(unit):
    """The access body's token, and one that only files."""
    with unit(SYSTEM) as work:
        body = add_organisation(work, "Organisme d’accès")
        reading = create_token(work, body, [TokenScope.OPT_OUTS], "permits")
        filing = create_token(work, body, [TokenScope.FILE], "filing")
    return reading, filing


@pytest.fixture
def registered(unit, ports):
    """Three persons, registered at the hour of the clock."""
    for name in ("Dubois", "Martin", "Roux"):
        draft = opt_out_draft(
            replace(PERSON, family_name=name),
            language="fr",
            channel=IntakeChannel.WEB,
            key=uuid4().hex,
            scope="web",
            actor=Actor(ActorKind.PERSON),
        )
        plan = plan_filing(draft, ports.keyring, ports.clock.now())
        with unit(draft.actor) as work:
            register_opt_out(work, plan)


def ask(client, token, **query):
    return client.get(
        "/api/v1/opt-outs", query_string=query, headers={"Authorization": f"Bearer {token}"}
    )


def test_the_list_of_a_permit_says_its_cut_off_and_whether_it_is_final_x21_ehds_71(
    client, tokens, registered, clock
):
    today = ask(client, tokens[0], permit_on="2026-09-14").json
    assert {one["person"]["family_name"] for one in today["items"]} == {"Dubois", "Martin", "Roux"}
    assert today["cut_off_at"].startswith("2026-09-14T23:59:00+02:00")
    assert today["is_final"] is False
    clock.advance(days=1)
    assert ask(client, tokens[0], permit_on="2026-09-14").json["is_final"] is True
    assert ask(client, tokens[0], permit_on="2026-09-13").json["items"] == []


def test_it_is_read_page_by_page_and_each_reading_is_written_down(
    client, tokens, registered, session
):
    seen, cursor = [], None
    for _ in range(3):
        page = ask(client, tokens[0], permit_on="2026-09-14", limit=2, cursor=cursor or "").json
        seen += [one["reference"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 3
    session.rollback()
    kinds = session.scalars(select(AuditEvent.kind)).all()
    assert kinds.count(EventKind.OPT_OUT_LIST_READ) == 2


def test_only_a_token_of_the_access_body_reads_it(client, tokens):
    assert ask(client, tokens[1], permit_on="2026-09-14").status_code == 403
    assert client.get("/api/v1/opt-outs?permit_on=2026-09-14").status_code == 401


def test_a_day_to_come_has_no_list(client, tokens):
    answer = ask(client, tokens[0], permit_on="2026-09-15")
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid"


def register(client, token, key="k-1", **changes):
    person = {"given_names": "Angèle", "family_name": "Le Goff", "birth_date": "1965-03-08"}
    return client.post(
        "/api/v1/opt-outs",
        json={"person": person | changes, "channel": "counter"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )


def test_a_counter_registers_for_a_person_once_and_she_is_on_the_list_ehds_71(client, tokens):
    first, again = register(client, tokens[1]), register(client, tokens[1])
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert first.json["counts_from_on"] == "2026-09-14"
    assert first.json["secret"].count("-") == 5
    items = ask(client, tokens[0], permit_on="2026-09-14").json["items"]
    assert [one["reference"] for one in items] == [first.json["reference"]]
    assert register(client, tokens[1], family_name="Autre").json["code"] == "key_used_otherwise"
    assert register(client, tokens[0], key="k-2").status_code == 403


def test_no_reason_is_taken_with_it_x23(client, tokens):
    answer = client.post(
        "/api/v1/opt-outs",
        json={"person": {}, "reason": "Parce que."},
        headers={"Authorization": f"Bearer {tokens[1]}"},
    )
    assert answer.status_code == 422


class TestBeforeTheLawOpensIt:
    """Until 26 March 2029 (EHDS 105)."""

    @pytest.fixture
    def ports(self, ports):
        return replace(ports, policies=replace(ports.policies, opt_outs=OptOutPolicy()))

    def test_nothing_is_registered_nor_read(self, client, tokens):
        assert register(client, tokens[1]).status_code == 404
        assert ask(client, tokens[0], permit_on="2026-09-14").status_code == 404
