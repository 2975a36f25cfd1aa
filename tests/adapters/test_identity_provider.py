"""What a provider of identity says is taken only whole, signed, fresh, for us and high enough."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug import Response

from hub.adapters.clock import FrozenClock
from hub.adapters.identity.openid import OpenIdClient, OpenIdProvider, is_guarded
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import ProofMeans, ProvenIdentity
from hub.domain.identity_providers import MemberIdentity, Provider
from hub.errors import HubError
from hub.port_errors import IdentityRefusal, IdentityRefused, ProviderUnavailable
from hub.ports import Departure, ProviderReturn
from tests.adapters.openid_provider import (
    CLIENT,
    ELLIPTIC,
    NONCE,
    RSA,
    STATE,
    STRANGER,
    VERIFIER,
    ScriptedProvider,
    served,
)

DEPARTURE = Departure(STATE, NONCE, VERIFIER)
NOW = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
THE_SECRET = "the secret of the hub"


@pytest.fixture(scope="module")
def running() -> Iterator[ScriptedProvider]:
    with served() as provider:
        yield provider


@pytest.fixture
def provider(running: ScriptedProvider) -> ScriptedProvider:
    running.__init__(running.address, NOW.timestamp())  # type: ignore[misc]
    return running


def client_of(
    provider: ScriptedProvider,
    kind: Provider = Provider.FRANCECONNECT,
    clock: FrozenClock | None = None,
    **changes: object,
) -> OpenIdProvider:
    client = OpenIdClient(
        provider=kind,
        issuer=provider.issuer,
        client_id=CLIENT,
        secret=THE_SECRET,
        return_address="http://localhost/identite/retour",
        left_address="http://localhost/identite/quitte",
    )
    return OpenIdProvider(replace(client, **changes), clock or FrozenClock(NOW))


def returned(provider: ScriptedProvider, **changes: str) -> ProviderReturn:
    return replace(ProviderReturn(STATE, "the-code", provider.issuer), **changes)


def refusal_of(provider: ScriptedProvider, client: OpenIdProvider | None = None) -> tuple[str, str]:
    with pytest.raises(IdentityRefused) as refusal:
        (client or client_of(provider)).attest(DEPARTURE, returned(provider))
    return str(refusal.value.facts["reason"]), str(refusal.value.facts["check"])


def test_a_person_is_known_by_her_pivot_identity(provider):
    attested = client_of(provider).attest(DEPARTURE, returned(provider))
    found = attested.of
    assert isinstance(found, ProvenIdentity)
    assert (found.means, found.level) == (ProofMeans.FRANCECONNECT, IdentityLevel.L1)
    assert (found.subject, found.proven_at) == ("subject-1", NOW)
    assert found.civil is not None
    assert found.civil.given_names == ("Angèle", "Marie")
    assert found.civil.family_name == "DUBOIS"
    assert found.civil.birth_date == date(1965, 3, 8)
    assert (found.civil.sex, found.civil.birthplace_code) == ("female", "29019")
    assert found.civil.birth_country_code == "99100"
    assert found.email == "angele@personne.example"


def test_a_provider_may_sign_with_rsa_too(provider):
    provider.id_header = provider.said_header = {"alg": "RS256", "kid": "k2"}
    provider.id_key = provider.said_key = RSA
    assert client_of(provider).attest(DEPARTURE, returned(provider)).of.subject == "subject-1"


def test_franceconnect_plus_proves_more(provider):
    provider.id_claims = {"acr": "eidas2"}
    plus = client_of(provider, Provider.FRANCECONNECT_PLUS)
    found = plus.attest(DEPARTURE, returned(provider)).of
    assert isinstance(found, ProvenIdentity)
    assert found.level is IdentityLevel.L2


@pytest.mark.parametrize(
    ("acr", "amr", "second_factor"),
    [
        ("eidas1", ["pwd"], False),
        ("eidas1", ["pwd", "mfa"], True),
        ("eidas1", ["pop"], True),
        ("eidas1", None, False),
        ("eidas1", "mfa", False),
        ("eidas1-mfa", ["pwd"], True),
        ("eidas2", [], True),
    ],
)
def test_a_member_is_known_by_her_organisation_and_how_she_signed_in(
    provider, acr, amr, second_factor
):
    provider.id_claims = {"acr": acr, "amr": amr}
    provider.said = {"siret": "130 025 265 00013"}
    found = client_of(provider, Provider.PROCONNECT).attest(DEPARTURE, returned(provider)).of
    assert isinstance(found, MemberIdentity)
    assert found.siren == "130025265"
    assert found.had_second_factor is second_factor


BAD_ID_TOKENS = {
    "alg_none": {"id_header": {"alg": "none", "kid": "k1"}, "id_key": None},
    "alg_none_in_capitals": {"id_header": {"alg": "nOnE", "kid": "k1"}, "id_key": None},
    "hs256_with_the_public_key": {
        "id_header": {"alg": "HS256", "kid": "k1"},
        "id_key": ELLIPTIC.as_pem(private=False),
    },
    "hs256_with_the_client_secret": {
        "id_header": {"alg": "HS256", "kid": "k1"},
        "id_key": THE_SECRET.encode(),
    },
    "signed_by_another_key": {"id_key": STRANGER},
    "key_of_another_kind": {"id_header": {"alg": "RS256", "kid": "k1"}, "id_key": RSA},
    "unknown_kid": {"id_header": {"alg": "ES256", "kid": "k9"}},
    "no_kid": {"id_header": {"alg": "ES256"}},
    "wrong_iss": {"id_claims": {"iss": "https://other.example"}},
    "no_iss": {"id_claims": {"iss": None}},
    "wrong_aud": {"id_claims": {"aud": "another"}},
    "several_aud": {"id_claims": {"aud": ["hub", "another"]}},
    "no_aud": {"id_claims": {"aud": None}},
    "no_sub": {"id_claims": {"sub": None}},
    "wrong_nonce": {"id_claims": {"nonce": "m" * 32}},
    "no_nonce": {"id_claims": {"nonce": None}},
    "expired": {"id_claims": {"exp": NOW.timestamp() - 6}},
    "no_exp": {"id_claims": {"exp": None}},
    "exp_in_words": {"id_claims": {"exp": "2099-01-01"}},
    "exp_not_a_number": {"id_claims": {"exp": float("nan")}},
    "issued_in_the_future": {"id_claims": {"iat": NOW.timestamp() + 6}},
    "not_yet_valid": {"id_claims": {"nbf": NOW.timestamp() + 6}},
    "issued_long_ago": {"id_claims": {"iat": NOW.timestamp() - 3600}},
    "no_iat": {"id_claims": {"iat": None}},
    "access_token_of_another": {"id_claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "lower_level": {"id_claims": {"acr": "eidas0"}},
    "no_level": {"id_claims": {"acr": None}},
}
BAD_USERINFOS = {
    "alg_none": {"said_header": {"alg": "none", "kid": "k1"}, "said_key": None},
    "hs256_with_the_public_key": {
        "said_header": {"alg": "HS256", "kid": "k1"},
        "said_key": ELLIPTIC.as_pem(private=False),
    },
    "signed_by_another_key": {"said_key": STRANGER},
    "unknown_kid": {"said_header": {"alg": "ES256", "kid": "k9"}},
    "wrong_iss": {"said": {"iss": "https://other.example"}},
    "wrong_aud": {"said": {"aud": "another"}},
    "sub_of_another": {"said": {"sub": "subject-2"}},
    "no_sub": {"said": {"sub": None}},
    "expired": {"said": {"exp": NOW.timestamp() - 6}},
    "issued_in_the_future": {"said": {"iat": NOW.timestamp() + 6}},
    "no_birth_date": {"said": {"birthdate": None}},
    "no_known_day": {"said": {"birthdate": "1965-00-00"}},
    "no_name": {"said": {"family_name": " "}},
}


@pytest.mark.parametrize("change", BAD_ID_TOKENS.values(), ids=BAD_ID_TOKENS)
def test_an_altered_id_token_is_refused_before_anything_is_read(provider, change):
    for name, value in change.items():
        setattr(provider, name, value)
    refusal_of(provider)
    assert "userinfo" not in [path for path, _ in provider.asked]


@pytest.mark.parametrize("change", BAD_USERINFOS.values(), ids=BAD_USERINFOS)
def test_an_altered_userinfo_is_refused(provider, change):
    said = provider.said
    for name, value in change.items():
        setattr(provider, name, said | value if name == "said" else value)
    refusal_of(provider)
    assert provider.asked[-1][0] in ("userinfo", "jwks")


@pytest.mark.parametrize("mimetype", ["application/json", "text/html"])
def test_an_unsigned_userinfo_is_refused(provider, mimetype):
    unsigned = Response('{"sub": "subject-1"}', mimetype=mimetype)
    provider.answers = {"userinfo": unsigned}
    assert refusal_of(provider) == (IdentityRefusal.NOT_TRUSTED, "userinfo_unsigned")


def test_franceconnect_is_no_franceconnect_plus(provider):
    plus = client_of(provider, Provider.FRANCECONNECT_PLUS)
    assert refusal_of(provider, plus)[0] == IdentityRefusal.LEVEL_TOO_LOW


def test_a_token_a_few_seconds_off_our_clock_is_taken(provider):
    provider.id_claims = {"iat": NOW.timestamp() + 4, "exp": NOW.timestamp() - 4}
    assert client_of(provider).attest(DEPARTURE, returned(provider)).id_token


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "t" * 32}, IdentityRefusal.NOT_TRUSTED),
        ({"state": ""}, IdentityRefusal.NOT_TRUSTED),
        ({"issuer": "https://other.example"}, IdentityRefusal.NOT_TRUSTED),
        ({"issuer": ""}, IdentityRefusal.NOT_TRUSTED),
        ({"code": "", "error": "access_denied"}, IdentityRefusal.CANCELLED),
    ],
)
def test_a_return_that_is_not_ours_exchanges_nothing(provider, change, reason):
    with pytest.raises(IdentityRefused) as refusal:
        client_of(provider).attest(DEPARTURE, returned(provider, **change))
    assert refusal.value.facts["reason"] == reason
    assert "token" not in [path for path, _ in provider.asked]


def test_the_departure_asks_for_a_level_and_proves_possession(provider):
    address = urlsplit(client_of(provider).address_for(DEPARTURE))
    sent = {name: values[0] for name, values in parse_qs(address.query).items()}
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    assert sent["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert sent["code_challenge_method"] == "S256"
    assert (sent["acr_values"], sent["response_type"]) == ("eidas1", "code")
    assert (sent["state"], sent["nonce"]) == (STATE, NONCE)
    assert VERIFIER not in address.query
    client_of(provider).attest(DEPARTURE, returned(provider))
    told = dict(provider.asked)["token"]
    assert (told["code_verifier"], told["client_secret"]) == (VERIFIER, THE_SECRET)


@pytest.mark.parametrize("change", [{"uses_pkce": False}, {}], ids=["turned off", "not offered"])
def test_a_provider_that_refuses_unknown_parameters_is_sent_none(provider, change):
    if not change:
        provider.published = {"code_challenge_methods_supported": None}
    assert "code_challenge" not in client_of(provider, **change).address_for(DEPARTURE)
    client_of(provider, **change).attest(DEPARTURE, returned(provider))
    assert "code_verifier" not in dict(provider.asked)["token"]


def test_a_client_with_a_key_signs_an_assertion_and_sends_no_secret(provider):
    own = ECKey.generate_key("P-256", {"kid": "hub-1"})
    client_of(provider, secret=own).attest(DEPARTURE, returned(provider))
    told = dict(provider.asked)["token"]
    assert "client_secret" not in told
    claims = jwt.decode(told["client_assertion"], own, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["sub"]) == (CLIENT, CLIENT)
    assert claims["aud"] == f"{provider.issuer}/token"


def test_a_key_changed_by_the_provider_is_asked_again_once(provider):
    clock = FrozenClock(NOW)
    client = client_of(provider, clock=clock)
    client.attest(DEPARTURE, returned(provider))
    renewed = ECKey.generate_key("P-256", {"kid": "k7", "use": "sig"})
    provider.keys, provider.id_key, provider.said_key = [renewed], renewed, renewed
    provider.id_header = provider.said_header = {"alg": "ES256", "kid": "k7"}
    assert refusal_of(provider, client)[1] == "kid"
    clock.advance(seconds=31)
    assert client.attest(DEPARTURE, returned(provider)).id_token
    assert [path for path, _ in provider.asked].count("jwks") == 2


TROUBLES = {
    "down": {"token": Response("", 502)},
    "says html": {"token": Response("<html>", mimetype="text/html")},
    "redirects": {"userinfo": Response("", 302, {"Location": "http://127.0.0.1:9/"})},
    "refuses our secret": {
        "token": Response('{"error": "invalid_client"}', 401, mimetype="application/json")
    },
    "answers without end": {"jwks": Response(b" " * 70_000, mimetype="application/json")},
    "publishes nothing": {".well-known/openid-configuration": Response("", 404)},
}


@pytest.mark.parametrize("answers", TROUBLES.values(), ids=TROUBLES)
def test_a_provider_in_trouble_is_unavailable(provider, answers):
    provider.answers = answers
    with pytest.raises(ProviderUnavailable):
        client_of(provider).attest(DEPARTURE, returned(provider))


def test_nobody_at_the_address_is_unavailable(provider):
    with pytest.raises(ProviderUnavailable):
        client_of(provider, issuer="http://127.0.0.1:9/api/v2").address_for(DEPARTURE)


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_publishes_what_is_not_its_own_is_not_spoken_to(provider, published):
    provider.published = published
    with pytest.raises(HubError):
        client_of(provider).address_for(DEPARTURE)


def test_a_spent_code_has_expired(provider):
    spent = Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
    provider.answers = {"token": spent}
    assert refusal_of(provider) == (IdentityRefusal.EXPIRED, "code")


def test_its_own_session_is_ended_by_the_token_it_gave(provider):
    address = urlsplit(client_of(provider).farewell("the.id.token", STATE) or "")
    sent = parse_qs(address.query)
    assert sent["id_token_hint"] == ["the.id.token"]
    assert sent["state"] == [STATE]
    assert sent["post_logout_redirect_uri"] == ["http://localhost/identite/quitte"]
    provider.published = {"end_session_endpoint": None}
    assert client_of(provider).farewell("the.id.token", STATE) is None


def test_secrets_travel_by_tls_or_not_at_all():
    assert is_guarded("https://provider.example/token")
    assert is_guarded("http://localhost:8000/token")
    assert not is_guarded("http://provider.example/token")
    assert not is_guarded("ftp://localhost/token")
