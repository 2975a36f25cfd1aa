"""The page of the points to confirm: each with its value, its source and how to change it."""

from dataclasses import replace

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.domain.points import OPEN_QUESTIONS, POINTS, Standing, Theme
from hub.domain.policies import Policies, policies_with
from hub.web import points_vocabulary as words
from tests.factories import add_organisation
from tests.web.members import add_member, sign_in

PAGE = "/exploitation/points-de-droit"


def signed_in(unit, client, clock, role=Role.OPERATOR, *, runs_hub=True):
    with unit(SYSTEM) as work:
        hub_id = add_organisation(work, "Concentrateur", runs_hub=runs_hub)
        add_member(work, hub_id, "one@hub.example", role)
    sign_in(client, "one@hub.example", clock.now())


def read(client):
    """The words of the page, whatever says where a long name may be broken."""
    page = client.get(PAGE).text.replace("<wbr>", "")
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_point_and_every_question_has_its_words_and_none_is_left_over():
    assert set(words.POINTS) == {point.code for point in POINTS}
    assert set(words.OPEN_QUESTIONS) == set(OPEN_QUESTIONS)
    assert set(words.STANDINGS) == set(Standing)
    assert set(words.THEMES) == set(Theme)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.HUB_DPO])
def test_those_who_run_the_hub_read_each_rule_its_value_and_its_variable(
    app, unit, client, clock, role
):
    app.extensions["ports"] = replace(app.extensions["ports"], policies=Policies())
    signed_in(unit, client, clock, role)
    page = read(client)
    assert "RIGHTS_HUB_RETENTION_CONTENT_MONTHS, de 6 à 36" in page
    assert "12 mois" in page
    assert "48 heures" in page
    assert "CSP R1461-9" in page
    assert "diffère" not in page


def test_a_number_that_was_changed_is_said_with_its_default_and_on_the_privacy_page(
    app, unit, client, clock
):
    changed = policies_with({"retention.content_months": 18})
    app.extensions["ports"] = replace(app.extensions["ports"], policies=changed)
    signed_in(unit, client, clock)
    page = read(client)
    assert "1 nombre diffère de sa valeur par défaut." in page
    assert "par défaut : 12 mois" in page
    assert "18 mois après sa clôture" in client.get("/confidentialite").text


def test_an_administrator_of_a_member_has_no_business_here(unit, client, clock):
    signed_in(unit, client, clock, Role.ADMINISTRATOR, runs_hub=False)
    assert client.get(PAGE).status_code == 403


def test_what_is_built_in_has_its_value_too_in_the_words_of_its_unit(unit, client, clock):
    signed_in(unit, client, clock)
    page = read(client)
    for told in ("25 mai 2018", "15 ans", "10 Mo", "23 h 59", "7 h 30", "26 mars 2029"):
        assert told in page, told
    assert "RIGHTS_HUB_OPT_OUTS_FROM_ON, une date" in page


def test_the_english_page_names_the_texts_in_english(unit, client, clock):
    signed_in(unit, client, clock)
    page = client.get(f"{PAGE}?lang=en").text.replace("\u00a0", " ")
    assert "GDPR 12(6); EDPB 01/2022, § 65-79" in page
    for name in ("RGPD", "CEPD", "EEDS", "Règl.", " ;"):
        assert name not in page
