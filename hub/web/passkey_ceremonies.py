"""The two ceremonies of Web Authentication level 3: making a passkey (§7.1), using one (§7.2).

Each challenge lives in the visitor's session, for ten minutes, one purpose and one use.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from flask import request, session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.models.member import Member
from hub.queries.passkeys import PasskeyLine, UsablePasskey, passkey_by_credential, passkeys_of
from hub.services.passkeys import NewPasskey
from hub.web.work import ports, reading, settings

CHALLENGE_LASTS = timedelta(minutes=10)
CHALLENGE_REUSED_FOR = timedelta(minutes=5)
"""A page open twice shows the same challenge, so that either can be used."""
DEVICE_WAITS_MS = 300_000
BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


class Ceremony(StrEnum):
    """What a challenge was made for; with another purpose it is refused."""

    CONFIRM = "confirm"
    REGISTER = "register"
    SIGN_IN = "sign_in"


class PasskeyRefused(Exception):
    """What the device said proves nothing here."""


@dataclass(frozen=True)
class PasskeyUse:
    """A passkey that proved itself, and its device's new count."""

    passkey_id: UUID
    member_id: UUID
    sign_count: int


def registration_options(row: Member) -> str:
    """What the browser needs to make a passkey for this member, as JSON.

    The device must verify its user and keep the passkey: it then stands for both factors.
    """
    options = generate_registration_options(
        rp_id=_site(),
        rp_name=settings().service_name,
        user_id=row.id.bytes,
        user_name=row.email,
        user_display_name=row.name,
        challenge=_challenge(Ceremony.REGISTER),
        timeout=DEVICE_WAITS_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(passkeys_of(reading(), row.id)),
    )
    return options_to_json(options)


def use_options(ceremony: Ceremony, passkeys: list[PasskeyLine] | None = None) -> str:
    """What the browser needs to use one of these passkeys, or any of this site, as JSON."""
    options = generate_authentication_options(
        rp_id=_site(),
        challenge=_challenge(ceremony),
        timeout=DEVICE_WAITS_MS,
        allow_credentials=_descriptors(passkeys or []),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def passkey_made(said: str, name: str) -> NewPasskey:
    """The passkey that a device made, checked; `said` is its JSON. Raises PasskeyRefused."""
    challenge, _ = _taken(Ceremony.REGISTER)
    try:
        credential = parse_registration_credential_json(said)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except BROKEN as fault:
        raise PasskeyRefused from fault
    ways = tuple(way.value for way in credential.response.transports or ())
    return NewPasskey(name, made.credential_id, made.credential_public_key, made.sign_count, ways)


def passkey_used(said: str, ceremony: Ceremony) -> PasskeyUse:
    """Whose passkey answered the challenge of this ceremony; raises PasskeyRefused."""
    challenge, made_at = _taken(ceremony)
    try:
        credential = parse_authentication_credential_json(said)
    except BROKEN as fault:
        raise PasskeyRefused from fault
    passkey = passkey_by_credential(reading(), credential.raw_id)
    if passkey is None or not _names_its_member(credential, passkey):
        raise PasskeyRefused
    if passkey.used_at is not None and made_at < passkey.used_at:
        raise PasskeyRefused  # a copy of an answer already given
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except BROKEN as fault:
        raise PasskeyRefused from fault
    return PasskeyUse(passkey.id, passkey.member_id, used.new_sign_count)


def _challenge(ceremony: Ceremony) -> bytes:
    now = ports().clock.now()
    kept = session.get(_key(ceremony))
    if kept and now - datetime.fromisoformat(kept[1]) < CHALLENGE_REUSED_FOR:
        return base64url_to_bytes(kept[0])
    challenge = secrets.token_bytes(32)
    session[_key(ceremony)] = [bytes_to_base64url(challenge), now.isoformat()]
    return challenge


def _taken(ceremony: Ceremony) -> tuple[bytes, datetime]:
    """The challenge of this visitor and when it was made; it serves no more."""
    kept = session.pop(_key(ceremony), None)
    if kept is None:
        raise PasskeyRefused
    made_at = datetime.fromisoformat(kept[1])
    if ports().clock.now() - made_at > CHALLENGE_LASTS:
        raise PasskeyRefused
    return base64url_to_bytes(kept[0]), made_at


def _key(ceremony: Ceremony) -> str:
    return f"passkey_{ceremony.value}"


def _names_its_member(credential: AuthenticationCredential, passkey: UsablePasskey) -> bool:
    handle = credential.response.user_handle
    return handle is None or handle == passkey.member_id.bytes


def _descriptors(passkeys: list[PasskeyLine]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(way) for way in one.transports] or None,
        )
        for one in passkeys
    ]


def _origin() -> str:
    """Where browsers must say they are: the public address; on this machine, its local name."""
    if settings().is_public_url_secure:
        return settings().public_url
    return request.host_url.rstrip("/")


def _site() -> str:
    return urlsplit(_origin()).hostname or ""
