"""How the hub of a demonstration is registered with the demonstration's own providers."""

import hashlib
import hmac

from config import Settings
from hub.domain.identity_providers import Provider
from hub.identity_settings import IdentityRegistration

PREFIX = "/demonstration/fournisseur"
CLIENT_ID = "rights-hub-demonstration"


def demonstration_registrations(settings: Settings) -> dict[Provider, IdentityRegistration]:
    """One registration with each, in a demonstration; else none."""
    if not settings.demonstration:
        return {}
    secret = key_of(settings, "client secret").hex()
    return {
        provider: IdentityRegistration(issuer_of(settings, provider), CLIENT_ID, secret)
        for provider in Provider
    }


def issuer_of(settings: Settings, provider: Provider) -> str:
    """The name by which a provider of the demonstration signs."""
    return f"{settings.public_url}{PREFIX}/{provider.value}/api/v2"


def key_of(settings: Settings, purpose: str) -> bytes:
    """32 bytes for one purpose, the same in every process of this hub and of no other."""
    told = f"demonstration provider: {purpose}".encode()
    return hmac.digest(settings.secret_key.encode(), told, hashlib.sha256)
