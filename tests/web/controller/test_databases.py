"""Our databases: a member completes who receives the data, and a DPO sees what is lacking."""

import pytest

from hub.domain.actors import SYSTEM, Role
from tests.factories import add_organisation, add_processing
from tests.pages import CheckedClient
from tests.web.members import add_member, post, sign_in


@pytest.fixture
def ours(unit):
    """A hospital with two databases, and another organisation's."""
    with unit(SYSTEM) as work:
        chu, other = add_organisation(work), add_organisation(work, "Institut B")
        first = add_processing(work, chu, title="Entrepôt A")
        add_processing(work, chu, title="Entrepôt B")
        theirs = add_processing(work, other, title="Base C")
        add_member(work, chu, "admin@chu.example", Role.ADMINISTRATOR)
        add_member(work, chu, "agent@chu.example", Role.AGENT)
        add_member(work, chu, "dpo@chu.example", Role.DPO)
    return first, theirs


@pytest.fixture
def enter(app, clock):
    """Signs a member in, whose every page is checked."""
    app.test_client_class = CheckedClient

    def entered(email):
        visitor = app.test_client()
        sign_in(visitor, email, clock.now())
        return visitor

    return entered


def test_what_a_catalogue_does_not_say_is_a_dash_and_no_empty_line(ours, enter):
    page = enter("dpo@chu.example").get(f"/bases/{ours[0]}").text
    said = page.split("Description vérifiée le</dt>")[1].split("</dd>")[0]
    assert said == "<dd>–"


def test_a_member_names_a_recipient_then_the_dpo_no_longer_sees_it_lacking_c14(ours, enter):
    first, _ = ours
    admin = enter("admin@chu.example")
    assert "2 bases ou projets ne nomment aucun destinataire." in admin.get("/bases").text
    address = f"/bases/{first}"
    missing = post(admin, f"{address}/destinataires", admin.get(address), name="", kind="processor")
    assert missing.status_code == 422
    assert 'id="name-error"' in missing.text
    post(
        admin,
        f"{address}/destinataires",
        admin.get(address),
        name="Nuage Hexagone SAS",
        kind="processor",
        category="hébergement",
    )
    page = admin.get(address)
    assert "Nuage Hexagone SAS" in page.text
    again = post(
        admin, f"{address}/destinataires", page, name="nuage hexagone sas", kind="processor"
    )
    assert again.status_code == 409
    dpo = enter("dpo@chu.example")
    listed = dpo.get("/dpo/destinataires").text
    assert "1 base ou projet ne nomme aucun destinataire." in listed
    assert "Nuage Hexagone SAS" in listed
    assert "Base C" not in listed
    lines = dpo.get("/dpo/destinataires.csv").data.decode("utf-8-sig").splitlines()
    assert [line.split(";")[3] for line in lines[1:]] == ["Nuage Hexagone SAS", ""]
    only = dpo.get("/dpo/destinataires?etat=lacking").text
    assert "Entrepôt B" in only
    assert "Entrepôt A" not in only


def test_she_says_that_nobody_receives_them_and_the_public_page_says_it_too(ours, enter, client):
    first, _ = ours
    admin = enter("admin@chu.example")
    address = f"/bases/{first}"
    post(admin, f"{address}/aucun-destinataire", admin.get(address))
    page = admin.get(address).text
    assert "ces données ne sont transmises à personne" in page
    assert "Admin, 14 septembre 2026" in page
    public = client.get(f"/qui-utilise-mes-donnees/{first}").text
    assert "dit l’organisme" in public
    assert client.get(f"/qui-utilise-mes-donnees/{first}?lang=en").text.count("passed on to no one")


def test_the_description_is_said_right_once_and_the_list_shows_when(ours, enter):
    first, _ = ours
    dpo = enter("dpo@chu.example")
    page = dpo.get(f"/bases/{first}")
    post(dpo, f"/bases/{first}/exacte", page)
    assert "Vérifiée le 14 septembre 2026" in dpo.get("/bases").text
    assert "Cette description est exacte" not in dpo.get(f"/bases/{first}").text


def test_an_agent_reads_and_changes_nothing_and_nobody_sees_anothers(ours, enter):
    first, theirs = ours
    agent, admin = enter("agent@chu.example"), enter("admin@chu.example")
    page = agent.get(f"/bases/{first}")
    assert page.status_code == 200
    assert "Ajouter un destinataire" not in page.text
    refused = post(agent, f"/bases/{first}/aucun-destinataire", agent.get("/compte"))
    assert refused.status_code == 403
    assert admin.get(f"/bases/{theirs}").status_code == 404
    stolen = post(admin, f"/bases/{theirs}/exacte", admin.get(f"/bases/{first}"))
    assert stolen.status_code == 404
