"""How the hub is registered with the providers of identity, as its settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hub.domain.identity_providers import Provider
from hub.state_folder import SettingsError

PREFIX = {
    Provider.FRANCECONNECT: "RIGHTS_HUB_FRANCECONNECT",
    Provider.FRANCECONNECT_PLUS: "RIGHTS_HUB_FRANCECONNECT_PLUS",
    Provider.PROCONNECT: "RIGHTS_HUB_PROCONNECT",
}
SHORTEST_SECRET = 8


class IdentitySettingInvalid(SettingsError):
    """A provider of identity is named, and not well enough to speak to it."""


@dataclass(frozen=True)
class IdentityRegistration:
    """What a provider gave when the hub was registered; a key in PEM instead of a secret."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)
    uses_pkce: bool = True


def registrations(environ: Mapping[str, str]) -> dict[Provider, IdentityRegistration]:
    """The providers that the environment names; without its issuer one is not offered.

    Each has five variables: _ISSUER, _CLIENT_ID, then _CLIENT_SECRET or _CLIENT_KEY (the path of a
    private key in PEM), and _PKCE=no where the provider refuses parameters it does not know. Raises
    IdentitySettingInvalid.
    """
    return {
        provider: _registration(environ, prefix)
        for provider, prefix in PREFIX.items()
        if environ.get(f"{prefix}_ISSUER")
    }


def _registration(environ: Mapping[str, str], prefix: str) -> IdentityRegistration:
    told = {name: environ.get(f"{prefix}_{name}", "") for name in ("CLIENT_ID", "CLIENT_SECRET")}
    key = _key(environ, f"{prefix}_CLIENT_KEY")
    if not told["CLIENT_ID"] or bool(key) == bool(told["CLIENT_SECRET"]):
        raise IdentitySettingInvalid(
            f"{prefix}_ISSUER is set: set {prefix}_CLIENT_ID too, and either "
            f"{prefix}_CLIENT_SECRET or {prefix}_CLIENT_KEY."
        )
    if told["CLIENT_SECRET"] and len(told["CLIENT_SECRET"]) < SHORTEST_SECRET:
        raise IdentitySettingInvalid(f"{prefix}_CLIENT_SECRET is too short to be the right one.")
    return IdentityRegistration(
        issuer=_issuer(environ, f"{prefix}_ISSUER"),
        client_id=told["CLIENT_ID"],
        client_secret=told["CLIENT_SECRET"],
        client_key=key,
        uses_pkce=environ.get(f"{prefix}_PKCE", "").lower() not in {"no", "0", "false", "off"},
    )


def _issuer(environ: Mapping[str, str], name: str) -> str:
    issuer = environ[name].rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise IdentitySettingInvalid(
            f"{name} is {issuer!r}: give an address such as "
            "https://oidc.franceconnect.gouv.fr/api/v2."
        )
    return issuer


def _key(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(name)
    if not path:
        return ""
    try:
        return Path(path).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise IdentitySettingInvalid(f"{name} names a file that cannot be read: {path}") from error
