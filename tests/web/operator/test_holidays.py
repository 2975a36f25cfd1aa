"""The operator's page of holidays: what the law lists, what was added, and what one more moves."""

from datetime import date

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.models.referral import Referral
from tests.factories import add_organisation, open_case
from tests.web.members import add_member, post, sign_in

PAGE = "/exploitation/jours-feries"


@pytest.fixture
def operator(unit, client, clock):
    """An operator, signed in."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "op@hub.example", Role.OPERATOR)
    sign_in(client, "op@hub.example", clock.now())


def fill(client, page=None, **changes):
    fields = {"day": "2026-10-14", "zone": "", "label": "Journée nationale"} | changes
    return post(client, PAGE, page, **fields)


def due_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id).due_on


def test_the_page_lists_the_holidays_of_this_year_and_the_next(client, operator):
    page = client.get(PAGE).text
    assert "Liste nationale, 2026" in page
    assert "Liste nationale, 2027" in page
    assert "lundi 29 mars" in page
    assert "Aucun jour férié ajouté" in page


def test_what_will_move_is_said_before_and_nothing_moves_until_confirmed(
    client, operator, unit, ports, session
):
    case = open_case(unit, ports)
    check = fill(client)
    assert "1 dossier en cours aura de nouvelles dates." in check.text
    assert due_of(session, case) == date(2026, 10, 14)
    done = fill(client, check, confirmed="yes")
    assert done.location == PAGE
    assert due_of(session, case) == date(2026, 10, 15)
    page = client.get(PAGE).text
    assert "1 dossier en cours a de nouvelles dates" in page
    assert "Journée nationale" in page


def test_a_day_added_by_mistake_is_removed_and_the_case_has_its_date_again(
    client, operator, unit, ports, session
):
    case = open_case(unit, ports)
    fill(client, confirmed="yes")
    page = client.get(PAGE)
    address = page.text.partition(f'action="{PAGE}/')[2].partition('"')[0]
    removed = post(client, f"{PAGE}/{address}", page)
    assert removed.location == PAGE
    assert due_of(session, case) == date(2026, 10, 14)
    assert post(client, f"{PAGE}/{address}", page).status_code == 302
    assert "déjà retiré" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"day": ""}, "Indiquez le jour."),
        ({"day": "2026-09-11"}, "on ne change pas le passé"),
        ({"day": "2026-10-17"}, "déjà chômé : Samedi"),
        ({"day": "2026-11-11"}, "déjà chômé"),
        ({"label": ""}, "Indiquez le nom du jour férié."),
        ({"label": "x" * 101}, "100 caractères au plus"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_is_lost(client, operator, changes, fault):
    page = fill(client, **changes).text.replace("\u00a0", " ")
    assert page.count(fault) == 2
    assert (changes.get("label") or "Journée nationale") in page or changes == {"label": ""}


def test_a_zone_alone_may_have_it(client, operator):
    assert "Mayotte" in fill(client, zone="MAYOTTE").text
    assert fill(client, zone="LUNE").status_code == 200


def test_an_agent_has_no_business_here(client, unit, ports, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    assert client.get(PAGE).status_code == 403
