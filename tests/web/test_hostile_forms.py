"""What no person can type is refused as a bad request, on either engine."""

import pytest

from hub.domain.actors import SYSTEM, Role
from tests.factories import add_organisation, open_case
from tests.web.controller.pages import send
from tests.web.members import add_member, form_token, sign_in

NUL = "a\x00b"


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/connexion", {"email": NUL, "password": "x"}),
        ("/suivre", {"reference": NUL, "secret": NUL}),
        ("/demander/trouver", {"hospitals": NUL}),
    ],
)
def test_a_nul_in_a_form_is_a_bad_request(client, unit, ports, address, fields):
    open_case(unit, ports)
    assert send(client, address, **fields).status_code == 400


def test_a_nul_in_an_address_is_a_bad_request(client):
    assert client.get("/suivre?reference=%00").status_code == 400


@pytest.mark.parametrize("address", ["/suivre/confirmer", "/suivre/adresse", "/suivre/renvoyer"])
def test_a_tab_that_the_phone_reopens_after_a_mistyped_code_comes_back_to_her_request(
    client, address
):
    assert client.get(address).location == "/suivre/ma-demande"


def test_a_page_that_only_a_form_opens_changes_language_on_the_page_of_the_form(
    client, unit, ports, clock
):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "hub@dpo.example", Role.HUB_DPO)
    sign_in(client, "hub@dpo.example", clock.now())
    page = f"/dpo/dossiers/{case.referral_id}"
    fields = {"csrf_token": form_token(client.get(page)), "reason": "court"}
    pages = {f"http://localhost{page}": page, "https://elsewhere.example/": "/"}
    for origin, way_back in pages.items():
        refused = client.post(f"{page}/contenu", data=fields, headers={"Referer": origin})
        assert refused.status_code == 422
        assert f'href="{way_back}?lang=en"' in refused.text
