"""What programs ask of the demonstration's providers: their document, keys, tokens, userinfo."""

import hmac
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from joserfc.jwk import KeySet

from hub.demo.identity_provider.registration import CLIENT_ID, PREFIX, issuer_of, key_of
from hub.demo.identity_provider.signing import (
    TOKEN_S,
    access_token_for,
    facts_of_access,
    facts_of_code,
    fits,
    id_token,
    signing_key,
    userinfo,
)
from hub.domain.identity_providers import Provider
from hub.extensions import csrf
from hub.web.access import anyone
from hub.web.work import ports, settings

ACR_GIVEN = {
    Provider.FRANCECONNECT: ("eidas1",),
    Provider.FRANCECONNECT_PLUS: ("eidas2", "eidas3"),
    Provider.PROCONNECT: ("eidas1",),
}

bp = Blueprint("demonstration_provider", __name__, url_prefix=f"{PREFIX}/<provider>/api/v2")


@bp.get("/.well-known/openid-configuration")
@anyone
def document(provider: str) -> Response:
    """What a provider publishes of itself (OpenID Connect Discovery §3)."""
    which = provider_of(provider)
    issuer = issuer_of(settings(), which)
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        jwks_uri=f"{issuer}/jwks",
        end_session_endpoint=f"{issuer}/session/end",
        response_types_supported=["code"],
        subject_types_supported=["pairwise"],
        id_token_signing_alg_values_supported=["ES256"],
        userinfo_signing_alg_values_supported=["ES256"],
        token_endpoint_auth_methods_supported=["client_secret_post"],
        code_challenge_methods_supported=["S256"],
        acr_values_supported=list(ACR_GIVEN[which]),
        authorization_response_iss_parameter_supported=True,
    )


@bp.get("/jwks")
@anyone
def keys(provider: str) -> Response:
    """The public keys."""
    key = signing_key(settings(), provider_of(provider))
    return jsonify(KeySet([key]).as_dict(private=False))


@bp.post("/token")
@csrf.exempt
@anyone
def token(provider: str) -> Any:
    """Exchange a code; it is good once, for half a minute, for whoever left with it."""
    which = provider_of(provider)
    told = request.form
    secret = key_of(settings(), "client secret").hex()
    known = hmac.compare_digest(told.get("client_secret", "").encode(), secret.encode())
    if told.get("client_id") != CLIENT_ID or not known:
        return jsonify(error="invalid_client"), 401
    now = ports().clock.now().timestamp()
    facts = facts_of_code(settings(), told.get("code", ""), now)
    if facts is None or facts["provider"] != which.value:
        return jsonify(error="invalid_grant"), 400
    same_way = facts["redirect_uri"] == told.get("redirect_uri")
    if not same_way or not fits(told.get("code_verifier", ""), facts["challenge"]):
        return jsonify(error="invalid_grant"), 400
    access = access_token_for(settings(), facts, now)
    signed = id_token(settings(), which, facts, access, now)
    said = {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_S}
    return jsonify(said | {"id_token": signed})


@bp.get("/userinfo")
@anyone
def identity(provider: str) -> Response:
    """Who she is, signed."""
    which = provider_of(provider)
    kind, _, access = request.headers.get("Authorization", "").partition(" ")
    now = ports().clock.now().timestamp()
    facts = facts_of_access(settings(), access, now) if kind == "Bearer" else None
    if facts is None or facts["provider"] != which.value:
        abort(401)
    return Response(userinfo(settings(), which, facts, now), mimetype="application/jwt")


def provider_of(name: str) -> Provider:
    """The provider of an address; 404 for any other."""
    try:
        return Provider(name)
    except ValueError:
        abort(404)
