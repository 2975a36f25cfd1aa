"""The demonstration's accounts can be tried, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from hub.adapters.clock import FrozenClock
from hub.demo.accounts import PASSWORD, accounts_rows, accounts_text, load_accounts
from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM, Role
from hub.domain.passwords import password_faults
from hub.models.member import Member
from tests.conftest import NOW, Unit
from tests.pages import CheckedClient
from tests.web.members import give_code, give_password


@pytest.fixture
def loaded(app: APIFlask, unit: Unit) -> int:
    with unit(SYSTEM) as work:
        load_directory(work)
        return load_accounts(work)


def test_accounts_are_loaded_once(loaded: int, unit: Unit, session: Session) -> None:
    assert loaded == len(accounts_rows(NOW)) > 15
    with unit(SYSTEM) as work:
        assert load_accounts(work) == 0
    assert session.scalar(select(func.count()).select_from(Member)) == loaded


def test_every_account_signs_in_with_what_the_page_shows(
    loaded: int, client: CheckedClient, clock: FrozenClock
) -> None:
    for account in accounts_rows(clock.now()):
        visit = client.application.test_client()
        give_password(visit, account.email, account.password)
        assert give_code(visit, account.email, clock.now()).status_code == 302, account.email


def test_accounts_write_to_nobody_real_and_cover_every_role(clock: FrozenClock) -> None:
    rows = accounts_rows(clock.now())
    assert all(row.email.endswith(".example") for row in rows)
    assert {role for row in rows for role in row.roles} == set(Role)
    assert not password_faults(PASSWORD)
    assert all(row.email in accounts_text() for row in rows)


def test_a_hub_that_serves_people_has_no_page_of_accounts(client: CheckedClient) -> None:
    assert client.get("/demonstration/comptes").status_code == 404


class TestInADemonstration:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, demonstration=True)

    def test_the_page_shows_the_codes_of_the_moment(
        self, client: CheckedClient, clock: FrozenClock
    ) -> None:
        page = client.get("/demonstration/comptes")
        assert len(page.data) < 100_000
        assert all(row.code in page.text for row in accounts_rows(clock.now()))
        assert "/demonstration/comptes" in client.get("/connexion").text

    def test_a_code_may_serve_twice_there(
        self, loaded: int, client: CheckedClient, clock: FrozenClock
    ) -> None:
        account = accounts_rows(clock.now())[0]
        for _ in range(2):
            visit = client.application.test_client()
            give_password(visit, account.email, account.password)
            assert give_code(visit, account.email, clock.now()).status_code == 302
