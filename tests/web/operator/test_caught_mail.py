"""A demonstration shows the mail it caught; a hub for real people has no such page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings
from hub import create_app
from hub.ports import Ports
from tests.pages import CheckedClient

NAME = "01790000000000000000-aaaaaaaa"
MAIL = """\
From: hub@hub.example
To: claire@personne.example
Subject: =?utf-8?q?=C3=80_lire?=
Content-Type: text/plain; charset=utf-8

Votre code : 482913
http://localhost:8000/confirmer/1 <script>alert(1)</script>
"""


@pytest.fixture
def engine_name() -> str:
    """These pages read files: one engine is enough."""
    return "sqlite"


@pytest.fixture
def visitor(settings: Settings, ports: Ports, tmp_path: Path) -> CheckedClient:
    spool = tmp_path / "spool"
    spool.mkdir()
    (spool / f"{NAME}.eml").write_text(MAIL, encoding="utf-8")
    app = create_app(replace(settings, demonstration=True, mail_spool=spool), ports)
    app.test_client_class = CheckedClient
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client


def test_the_list_says_that_it_is_a_demonstration(visitor: CheckedClient) -> None:
    page = visitor.get("/demonstration/courriels", headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert "Ceci est une démonstration" in page.text
    assert "À lire" in page.text
    assert f"/demonstration/courriels/{NAME}" in page.text


def test_a_mail_is_shown_as_text_with_its_links(visitor: CheckedClient) -> None:
    page = visitor.get(f"/demonstration/courriels/{NAME}", headers={"Accept-Language": "fr"})
    assert "482913" in page.text
    assert 'href="http://localhost:8000/confirmer/1"' in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fsecrets", "0" * 20 + "-" + "b" * 8])
def test_a_mail_that_was_never_caught_is_not_found(visitor: CheckedClient, name: str) -> None:
    assert visitor.get(f"/demonstration/courriels/{name}").status_code == 404


def test_an_empty_spool_says_what_will_come(visitor: CheckedClient, tmp_path: Path) -> None:
    (tmp_path / "spool" / f"{NAME}.eml").unlink()
    page = visitor.get("/demonstration/courriels", headers={"Accept-Language": "fr"})
    assert "Aucun e-mail pour le moment" in page.text


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_hub_for_real_people_shows_no_mail(
    settings: Settings, ports: Ports, tmp_path: Path, demonstration: bool
) -> None:
    spool = None if demonstration else tmp_path
    real = replace(settings, demonstration=demonstration, mail_spool=spool)
    page = create_app(real, ports).test_client().get("/demonstration/courriels")
    assert page.status_code == 404
