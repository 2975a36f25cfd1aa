"""The hub's DPO keeps the file of the hub, and sees what is missing."""

import pytest

from hub.domain.actors import SYSTEM, Role
from tests.pages import CheckedClient
from tests.web.members import add_member, add_organisation, post, sign_in

FILE = "/dpo/concentrateur"


@pytest.fixture
def dpo(unit, app, clock):
    """The hub's DPO; a hospital has members."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "dpo@hub.example", Role.HUB_DPO)
        add_member(work, add_organisation(work), "dpo@chu.example", Role.DPO)
    return entered(app, clock, "dpo@hub.example")


def entered(app, clock, email):
    app.test_client_class = CheckedClient
    visitor = app.test_client()
    sign_in(visitor, email, clock.now())
    return visitor


def test_a_version_is_entered_and_no_longer_missing_then_taken_out_c24(dpo):
    assert "9 documents manquent." in dpo.get(FILE).text
    address = f"{FILE}/inscrire/register_entry"
    wrong = post(dpo, address, dated_on="15/09/2026", title="")
    assert wrong.status_code == 422
    assert 'id="dated_on-error"' in wrong.text
    assert 'id="title-error"' in wrong.text
    post(
        dpo,
        address,
        title="Fiche du registre",
        version="2",
        dated_on="01/09/2026",
        reference="https://registre.example/12",
    )
    page = dpo.get(FILE).text
    assert "8 documents manquent." in page
    assert "1er septembre 2027" in page
    assert 'href="https://registre.example/12"' in page
    lines = dpo.get(f"{FILE}/dossier.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[4:8] == ["Fiche du registre", "2", "01/09/2026", "01/09/2027"]
    history = dpo.get(f"{FILE}/historique?document=register_entry")
    key = history.text.partition(f'action="{FILE}/')[2][:36]
    post(dpo, f"{FILE}/{key}/retirer", history)
    assert "9 documents manquent." in dpo.get(FILE).text
    assert "Retiré" in dpo.get(f"{FILE}/historique").text


def test_the_agreement_of_a_member_organisation_is_entered_beside_its_name_c25(dpo):
    page = dpo.get(f"{FILE}?etat=missing").text
    assert "CHU de Test" in page
    address = page.partition(f'href="{FILE}/inscrire/agreement')[2].partition('"')[0]
    address = f"{FILE}/inscrire/agreement{address}"
    chosen = dpo.get(address).text.partition(" selected value=")[2][1:37]
    post(dpo, address, title="Convention", organisation=chosen, dated_on="05/01/2026", version="A")
    page = dpo.get(f"{FILE}?etat=in_force").text
    assert "CHU de Test" in page
    assert "5 janvier 2026" in page


def test_nobody_else_keeps_the_file(dpo, app, clock):
    other = entered(app, clock, "dpo@chu.example")
    assert other.get(FILE).status_code == 403
    assert dpo.get(f"{FILE}/inscrire/unknown").status_code == 404
    assert "The file of the hub" in dpo.get(f"{FILE}?lang=en").text
