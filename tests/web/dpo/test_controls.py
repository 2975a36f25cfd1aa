"""The page of the thirty controls, its export, and the report it makes."""

import pytest

from hub.domain.actors import SYSTEM, Role
from tests.factories import open_case
from tests.pages import CheckedClient
from tests.web.controller.conftest import member_of
from tests.web.members import add_member, add_organisation, sign_in

PAGE = "/dpo/controles"


@pytest.fixture
def enter(app, clock):
    """Signs a member in, whose every page is checked."""
    app.test_client_class = CheckedClient

    def entered(email):
        visitor = app.test_client()
        sign_in(visitor, email, clock.now())
        return visitor

    return entered


@pytest.fixture
def hub_dpo(unit, enter):
    """The DPO of the hub."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "dpo@hub.example", Role.HUB_DPO)
    return enter("dpo@hub.example")


def test_each_control_has_its_state_its_evidence_and_where_to_go_c30(hub_dpo, unit, ports):
    open_case(unit, ports)
    page = hub_dpo.get(PAGE).text
    for code in ("C01", "C14", "C24", "C30"):
        assert code in page
    assert "Sans destinataire nommé : 1" in page.replace("\u00a0", " ")
    assert 'href="/dpo/destinataires"' in page
    assert 'href="/dpo/concentrateur"' in page
    only = hub_dpo.get(f"{PAGE}?etat=to_look_at").text
    assert "C14" in only
    assert "C16" not in only
    assert "Tenu" in page
    english = hub_dpo.get(f"{PAGE}?lang=en").text
    assert "Recipients are named" in english


@pytest.mark.parametrize(
    "address",
    [PAGE, "/dpo/rapport", "/dpo/concentrateur", f"{PAGE}.csv", "/dpo/concentrateur/dossier.csv"],
)
def test_who_reads_english_finds_the_texts_under_their_english_names(hub_dpo, address):
    hub_dpo.set_cookie("lang", "en", domain="localhost")
    page = hub_dpo.get(address).text
    assert "GDPR" in page
    for french in ("RGPD", "CEPD", "EEDS", "CJUE", "Décret"):
        assert french not in page


def test_the_export_has_one_line_a_control(hub_dpo):
    lines = hub_dpo.get(f"{PAGE}.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 31
    assert lines[16].startswith("C16;")
    assert ";Tenu;" in lines[16]


def test_the_report_sums_up_and_is_entered_in_the_file_of_the_hub(hub_dpo, unit, ports):
    open_case(unit, ports)
    page = hub_dpo.get("/dpo/rapport").text
    assert "Rapport sur l’exercice des droits" in page
    assert "/dpo/concentrateur/inscrire/activity_report" in page
    assert "Contrôles à regarder" in page


def test_a_dpo_sees_her_own_organisation_and_nothing_that_is_the_hubs_alone(enter, unit, ports):
    case = open_case(unit, ports)
    member_of(unit, case, "dpo@chu.example", Role.DPO)
    open_case(unit, ports, organisation="Institut B")
    dpo = enter("dpo@chu.example")
    page = dpo.get(PAGE).text
    assert "Tenu par le ou la DPD du concentrateur." in page
    assert page.count('href="/incidents"') == 2, "once in the menu, once at C23"
    assert 'href="/dpo/concentrateur"' not in page
    report = dpo.get("/dpo/rapport").text
    assert "Institut B" not in report
    assert "L’inscrire au dossier du concentrateur" not in report
    assert "Registres" in dpo.get("/dpo").text
