"""A member files a table for her association's mandators, and keeps what came of each line."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.lifecycle import RequestState
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import TokenScope
from hub.models.rights_request import RightsRequest
from hub.services.tokens import create_token
from hub.web.api.batches import COLUMNS
from tests.factories import add_processing
from tests.web.controller.pages import send
from tests.web.members import add_member, add_organisation, sign_in

ADDRESS = "/saisie/mandants"
MEMBER = "anne@association.example"
HEADER = (
    "key;right;processings;given_names;family_name;birth_date;email;representative_name;"
    "representative_capacity;representative_rights;representative_ends_on;representative_answer_to"
)


@pytest.fixture
def base(unit):
    with unit(SYSTEM) as work:
        return add_processing(work, add_organisation(work, "CHU de Rennes"))


@pytest.fixture
def association(unit):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work, "Association")
        add_member(work, organisation, MEMBER, Role.AGENT)
    return organisation


@pytest.fixture
def anne(unit, association, client, clock):
    with unit(SYSTEM) as work:
        create_token(work, association, [TokenScope.FILE], "mandators")
    sign_in(client, MEMBER, clock.now())
    return client


def line(base, key="a-1", ends_on="2026-12-31", born="1965-03-08", answer_to="representative"):
    cells = (key, "access", base, "Angèle", "Dubois", born, "angele@person.example")
    acting = ("Association", "association", "access", ends_on, answer_to)
    return ";".join(str(one) for one in (*cells, *acting))


def bring(client, *lines, header=HEADER):
    table = BytesIO("\n".join([header, *lines]).encode())
    return send(client, ADDRESS, file=(table, "mandants.csv"))


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RightsRequest))


def test_each_line_is_filed_and_the_report_holds_its_code_and_its_reason(anne, base, session):
    said = bring(
        anne,
        line(base, "a-1"),
        line(base, "a-2", born="hier"),
        line(base, "a-3", answer_to=""),
        line(base, "a-4", ends_on="2026-09-13"),
    )
    assert said.status_code == 200
    assert len(re.findall(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", said.text)) >= 1
    text = html.unescape(said.text)
    assert "Date de naissance" in text
    assert "envoyé à la personne" in text, "a mandate silent on the answer leaves her the code"
    assert "Le mandat a pris fin" in text
    assert not re.search(r"\bhier\b", text), "a report repeats no value of a person"
    session.rollback()
    states = session.scalars(select(RightsRequest.state).order_by(RightsRequest.id)).all()
    assert states == [RequestState.ACTIVE, RequestState.ACTIVE, RequestState.INADMISSIBLE]
    told = session.scalars(select(Delivery.kind).where(Delivery.recipient.like("represented:%")))
    assert sorted(told) == [
        DeliveryKind.CODE_WAITS,
        DeliveryKind.FILED_IN_YOUR_NAME,
        DeliveryKind.FILED_IN_YOUR_NAME,
    ], "the person is told of what was filed, of what waits for her, of what was refused"


def test_the_same_file_twice_doubles_nothing_whoever_brings_it(
    app, anne, base, association, unit, clock, session
):
    first = bring(anne, line(base))
    with unit(SYSTEM) as work:
        add_member(work, association, "paul@association.example", Role.AGENT)
    paul = app.test_client()
    sign_in(paul, "paul@association.example", clock.now())
    again = bring(paul, line(base))
    codes = [re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", one.text)[0] for one in (first, again)]
    assert codes[0] == codes[1]
    assert count(session) == 1


def test_the_report_is_kept_as_a_file_that_excel_opens(anne, base):
    said = bring(anne, line(base))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', said.text)[1]
    report = html.unescape(re.search(r'name="report"[^>]*value="([^"]+)"', said.text, re.S)[1])
    kept = anne.post(f"{ADDRESS}/compte-rendu.csv", data={"csrf_token": token, "report": report})
    text = kept.data.decode("utf-8-sig")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert "a-1" in text
    assert re.search(r"(?:[A-Z0-9]{4}-){5}", text)


def test_a_file_that_is_no_table_is_said_beside_its_field(anne):
    said = bring(anne, "x", header="un;deux")
    assert said.status_code == 422
    assert 'id="file-error"' in said.text


def test_an_organisation_without_the_right_has_no_such_page(association, client, clock):
    sign_in(client, MEMBER, clock.now())
    assert client.get(ADDRESS).status_code == 403
    assert ADDRESS not in client.get("/saisie").text


def test_the_page_that_keys_in_leads_there_and_gives_an_empty_table(anne):
    assert ADDRESS in anne.get("/saisie").text
    assert b"representative_ends_on" in anne.get(f"{ADDRESS}/modele.csv").data


def test_the_page_says_what_each_column_takes(anne):
    page = anne.get(ADDRESS).text
    for title in COLUMNS:
        assert f"<code>{title}</code>" in page
    for value in ("access", "association", "representative", "estate", "fr"):
        assert f"<code>{value}</code>" in page
    assert "À qui répondre, selon le mandat" in page


def test_the_numbers_of_the_databases_are_given_as_a_file_that_excel_opens(anne, base):
    assert f"{ADDRESS}/bases.csv" in anne.get(ADDRESS).text
    kept = anne.get(f"{ADDRESS}/bases.csv").data.decode("utf-8-sig")
    assert f"{base};Entrepôt de données de santé;CHU de Rennes" in kept
