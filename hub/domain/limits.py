"""How much one source may ask of the open doors: the reviewed table of bursts and counts.

A source is a network, not a machine: a hospital or a library shares its addresses, so that each
number leaves room for a room full of people. Programs are counted by their token alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network


class Door(StrEnum):
    """What is counted together."""

    CODES = "codes"
    FILING = "filing"
    IDENTIFICATION = "identification"
    LOST_CODE = "lost_code"
    PROGRAMS = "programs"
    SIGN_IN = "sign_in"
    WRONG_SECRET = "wrong_secret"  # noqa: S105  (a door, no secret)


@dataclass(frozen=True)
class Bucket:
    """At most `burst` in `burst_seconds`, and `count` in `period_seconds`."""

    burst: int
    burst_seconds: int
    count: int
    period_seconds: int


MINUTE, HOUR = 60, 3600
LIMITS: Mapping[Door, Bucket] = {
    # Six digits, a date of birth: what is short is also guarded by its own growing delay.
    Door.CODES: Bucket(10, MINUTE, 60, HOUR),
    # A counter that files for patients in a row; above it, a filing token.
    Door.FILING: Bucket(20, MINUTE, 120, HOUR),
    # Each departure to a provider of identity is a row that waits for the return.
    Door.IDENTIFICATION: Bucket(30, MINUTE, 300, HOUR),
    Door.LOST_CODE: Bucket(5, MINUTE, 20, HOUR),
    # Against a program gone wild: twice what the intake is measured at.
    Door.PROGRAMS: Bucket(10_000, 10, 60_000, MINUTE),
    # Here and below, only what opened nothing is counted.
    Door.SIGN_IN: Bucket(30, MINUTE, 300, HOUR),
    Door.WRONG_SECRET: Bucket(10, MINUTE, 60, HOUR),
}
IPV4_PREFIX, IPV6_PREFIX = 24, 48


def network_of(address: str) -> str:
    """The network of an address (IPv4 /24, IPv6 /48); an IPv4 address written in IPv6 is one.

    What is no address counts as one network of its own.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None) or found
    prefix = IPV4_PREFIX if mapped.version == 4 else IPV6_PREFIX
    return str(ip_network(f"{mapped}/{prefix}", strict=False))
