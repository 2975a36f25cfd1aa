"""The demonstration's own providers of identity: as strict as the real ones, marked as false."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet

from hub import create_app
from hub.bootstrap import identity_providers
from hub.demo.identity_provider.registration import CLIENT_ID, PREFIX, key_of
from hub.domain.identity_providers import Provider
from hub.extensions import db
from tests.pages import CheckedClient
from tests.web.members import form_token

BACK = "http://localhost/identite/retour/franceconnect"
HOME = f"{PREFIX}/franceconnect/api/v2"
VERIFIER = "v" * 43
CHALLENGE = create_s256_code_challenge(VERIFIER)
RIGHT = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "scope": "openid identite_pivot",
    "acr_values": "eidas1",
    "state": "s" * 43,
    "nonce": "n" * 43,
    "code_challenge_method": "S256",
}
MADE_UP = {
    "person": "other",
    "given_names": "Zoé Anne",
    "family_name": "INVENTEE",
    "birth_date": "02/01/1990",
    "sex": "female",
}


@pytest.fixture
def engine_name():
    """Nothing here reaches the database."""
    return "sqlite"


@pytest.fixture
def settings(settings):
    return replace(settings, demonstration=True)


@pytest.fixture
def secret(settings):
    return key_of(settings, "client secret").hex()


def leave(client, **changes):
    told = {"code_challenge": CHALLENGE} | RIGHT | changes
    return client.get(f"{HOME}/authorize?{urlencode({k: v for k, v in told.items() if v})}")


def choose(client, **fields):
    page = leave(client)
    told = {"csrf_token": form_token(page)} | fields
    sent = client.post(page.request.full_path, data=told)
    assert sent.status_code == 303, sent.status_code
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.location).query).items()}


def exchange(client, secret, code, **changes):
    told = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "client_secret": secret,
        "redirect_uri": BACK,
        "code": code,
        "code_verifier": VERIFIER,
    }
    return client.post(f"{HOME}/token", data=told | changes)


def test_its_page_says_that_nothing_there_is_real(client):
    page = leave(client).text
    assert "Aucune vraie identité ici" in page
    assert "KERVADEC-DEMO" in page


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "n" * 21},
        {"state": ""},
        {"acr_values": ""},
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/"},
        {"response_type": "token"},
        {"scope": "profile"},
        {"code_challenge": ""},
        {"anything": "else"},
    ],
)
def test_a_departure_that_is_not_right_is_refused_and_leads_nowhere(client, change):
    refused = leave(client, **change)
    assert (refused.status_code, refused.location) == (400, None)


def test_it_signs_what_was_chosen_and_a_code_is_good_once(client, secret):
    back = choose(client, **MADE_UP)
    assert (back["state"], back["iss"]) == (RIGHT["state"], f"http://localhost{HOME}")
    assert "INVENTEE" not in back["code"]
    given = exchange(client, secret, back["code"]).get_json()
    keys = KeySet.import_key_set(client.get(f"{HOME}/jwks").get_json())
    claims = jwt.decode(given["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["nonce"], claims["acr"], claims["aud"]) == ("n" * 43, "eidas1", CLIENT_ID)
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    said = client.get(f"{HOME}/userinfo", headers=bearer)
    assert said.mimetype == "application/jwt"
    pivot = jwt.decode(said.text, keys, algorithms=["ES256"]).claims
    assert (pivot["sub"], pivot["family_name"]) == (claims["sub"], "INVENTEE")
    assert (pivot["given_name_array"], pivot["birthdate"]) == (["Zoé", "Anne"], "1990-01-02")
    assert exchange(client, secret, back["code"]).get_json() == {"error": "invalid_grant"}
    assert client.get(f"{HOME}/userinfo").status_code == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"client_secret": "wrong"}, 401),
        ({"code_verifier": "w" * 43}, 400),
        ({"redirect_uri": "http://localhost/other"}, 400),
        ({"code": "made up"}, 400),
    ],
)
def test_who_did_not_leave_exchanges_nothing(client, secret, change, status):
    code = choose(client, person="maelle")["code"]
    assert exchange(client, secret, **({"code": code} | change)).status_code == status


def test_a_code_is_good_for_half_a_minute(client, secret, clock):
    code = choose(client, person="maelle")["code"]
    clock.advance(seconds=31)
    assert exchange(client, secret, code).status_code == 400


def test_who_cancels_goes_back_with_an_error_and_no_code(client):
    back = choose(client, cancel="1")
    assert back["error"] == "access_denied"
    assert "code" not in back


def test_somebody_made_up_is_made_up_whole(client):
    page = leave(client)
    told = {"csrf_token": form_token(page), "person": "other", "family_name": "SEULE"}
    again = client.post(page.request.full_path, data=told)
    assert again.status_code == 422
    assert "Donnez des prénoms" in again.text


def test_a_session_is_ended_for_those_who_come_back_to_us_alone(client):
    told = {"id_token_hint": "x", "state": "s", "post_logout_redirect_uri": "https://evil.example"}
    assert client.get(f"{HOME}/session/end", query_string=told).status_code == 400
    told["post_logout_redirect_uri"] = "http://localhost/identite/quitte"
    left = client.get(f"{HOME}/session/end", query_string=told)
    assert left.location == "http://localhost/identite/quitte?state=s"


def test_a_hub_for_people_has_none_of_it(settings, ports, clock):
    real = replace(settings, demonstration=False)
    assert not identity_providers(real, clock)
    assert set(identity_providers(settings, clock)) == set(Provider)
    app = create_app(real, ports)
    app.test_client_class = CheckedClient
    assert app.test_client().get(f"{HOME}/jwks").status_code == 404
    with app.app_context():
        db.engine.dispose()
