"""Whoever asks for a patient record, and whoever owes it, see its own times (CSP L1111-7)."""

from __future__ import annotations

import re

import pytest

from hub.domain.actors import Role
from hub.domain.legal_bases import Context
from hub.domain.rights import Right
from tests.factories import open_case
from tests.web.controller.conftest import AGENT, member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

RECORD = {"processing": {"context": Context.PATIENT_RECORD, "title": "Dossier patient"}}
TIMES = "au plus tard le 22 septembre 2026 (8 jours), ou le 14 novembre 2026 (2 mois)"
EARLIEST = "Pas avant le 16 septembre 2026, 10 h 02"


def words(page):
    return re.sub(r"\s+", " ", page.text.replace("\u202f", " ").replace("\xa0", " "))


@pytest.fixture
def case(unit, ports):
    return open_case(unit, ports, **RECORD)


def followed(client, case):
    receipt = case.receipt
    send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    return words(client.get("/suivre/ma-demande"))


def test_the_person_is_told_the_eight_days_and_two_months_of_her_medical_file_csp_l1111_7(
    client, case
):
    page = followed(client, case)
    assert TIMES in page
    assert "sans attendre" not in page


def test_the_day_after_the_eight_days_she_is_told_that_she_need_not_wait(client, clock, case):
    clock.advance(days=9)
    assert "La première de ces dates est passée" in followed(client, case)


def test_no_such_date_is_told_for_another_right_or_another_database(client, unit, ports):
    other = open_case(unit, ports, right=Right.RECTIFICATION, **RECORD)
    assert "L1111-7" not in followed(client, other)
    assert "L1111-7" not in followed(client, open_case(unit, ports))


def test_who_answers_sees_these_times_and_the_earliest_hour(client, unit, clock, case):
    member_of(unit, case, AGENT, Role.AGENT)
    sign_in(client, AGENT, clock.now())
    page = words(client.get(f"/dossiers/{case.referral_id}"))
    assert TIMES in page
    assert EARLIEST in page
