"""Which addresses the hub may call: public ones, by name, over HTTPS on port 443 (OWASP SSRF).

A member types the address of her endpoint: without these rules the hub would reach for her what
only its own network can reach. The name is checked here; what it resolves to, before each call.
"""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

LONGEST_URL = 500
HTTPS_PORT = 443
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?:{LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?", re.ASCII)
"""A full name whose last label begins with a letter: no number in any base reads as a name."""
INNER_ENDINGS = (
    ".arpa",
    ".home",
    ".internal",
    ".intranet",
    ".lan",
    ".local",
    ".localhost",
    ".onion",
)
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
NEVER_CALLED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # shared by carriers (RFC 6598); a cloud keeps its metadata there
        "168.63.129.16/32",  # the inner server of a cloud, on a public address
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "::/8",  # unspecified, loopback, IPv4-compatible and IPv4-mapped
        "64:ff9b::/96",  # NAT64: an IPv4 address in disguise
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo among others
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "fec0::/10",
    )
)
"""Refused whatever the version of Python says of them."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefusal(StrEnum):
    """Why an address is not one that the hub may call."""

    NOT_A_URL = "not_a_url"
    NOT_HTTPS = "not_https"
    PORT_NOT_ALLOWED = "port_not_allowed"
    HAS_CREDENTIALS = "has_credentials"
    NOT_A_NAME = "not_a_name"
    NOT_PUBLIC = "not_public"


@dataclass(frozen=True)
class Target:
    """What an accepted address means: where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    is_loopback: bool = False

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        usual = HTTPS_PORT if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def target_of(url: str, *, allows_loopback: bool = False) -> Target | AddressRefusal:
    """Read an address; say where it leads, or why the hub never calls it.

    `allows_loopback`: this machine may be named, on any port and without TLS: for demonstrations
    and tests.
    """
    is_odd = not url.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", url)
    if len(url) > LONGEST_URL or is_odd:
        return AddressRefusal.NOT_A_URL
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return AddressRefusal.NOT_A_URL
    host = (parts.hostname or "").lower()
    if not host or parts.fragment:
        return AddressRefusal.NOT_A_URL
    if "@" in parts.netloc:
        return AddressRefusal.HAS_CREDENTIALS
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if allows_loopback and host in LOOPBACK_HOSTS and parts.scheme in {"http", "https"}:
        usual = HTTPS_PORT if parts.scheme == "https" else 80
        return Target(parts.scheme, host, port or usual, path, is_loopback=True)
    refusal = _refusal_of(parts.scheme, host, port)
    return refusal or Target("https", host, HTTPS_PORT, path)


def host_of(url: str) -> str:
    """The name that an address leads to; empty when it is no address."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _refusal_of(scheme: str, host: str, port: int | None) -> AddressRefusal | None:
    if scheme != "https":
        return AddressRefusal.NOT_HTTPS
    if port not in (None, HTTPS_PORT):
        return AddressRefusal.PORT_NOT_ALLOWED
    if not NAME.fullmatch(host) or len(host) > 253:
        return AddressRefusal.NOT_A_NAME
    if host.endswith(INNER_ENDINGS):
        return AddressRefusal.NOT_PUBLIC
    return None


def may_connect(text: str, *, is_loopback: bool = False) -> bool:
    """Whether the hub may connect to a resolved address; `is_loopback`: to this machine alone."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if is_loopback:
        return address.is_loopback
    return _is_public(address)


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(
        address in network for network in NEVER_CALLED if network.version == address.version
    )
