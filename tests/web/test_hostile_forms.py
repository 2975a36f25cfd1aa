"""What no person can type is refused as a bad request, on either engine."""

import pytest

from tests.factories import open_case
from tests.web.controller.pages import send

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
