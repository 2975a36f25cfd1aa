"""Accounts of the demonstration: one password, and second factors that anybody may compute."""

import base64
import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from flask_security import hash_password
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.directory import Source
from hub.extensions import security
from hub.models.directory import Organisation
from hub.models.member import Member
from hub.services.members import role_rows
from hub.services.unit_of_work import Work

PASSWORD = "Demonstration-2026"  # noqa: S105  (known to all: the demonstration holds no real data)


@dataclass(frozen=True)
class DemonstrationAccount:
    """An account to sign in with: who, for whom, with what."""

    name: str
    email: str
    organisation: str
    roles: tuple[Role, ...]
    password: str
    secret: str
    code: str


def load_accounts(work: Work) -> int:
    """Add the accounts that are missing, and give their number; what people changed stays."""
    told = _told()
    known = set(
        work.session.scalars(
            select(Member.email).where(Member.email.in_([one["email"] for one in told]))
        )
    )
    missing = [one for one in told if one["email"] not in known]
    organisations = _organisations(work, {one["organisation"] for one in missing})
    password = hash_password(PASSWORD) if missing else ""
    added = 0
    for one in missing:
        organisation = organisations.get(one["organisation"])
        if organisation is not None:
            work.session.add(_member(work, one, organisation, password))
            added += 1
    work.session.flush()
    return added


def accounts_rows(now: datetime) -> list[DemonstrationAccount]:
    """Every account with the six-digit code that is good at `now`."""
    names = {one["key"]: one["name"] for one in _read("organisations.toml")["organisation"]}
    return [
        DemonstrationAccount(
            name=one["name"],
            email=one["email"],
            organisation=names[one["organisation"]],
            roles=tuple(Role(role) for role in one["roles"]),
            password=PASSWORD,
            secret=secret_of(one["email"]),
            code=code_at(secret_of(one["email"]), now),
        )
        for one in _told()
    ]


def accounts_text() -> str:
    """The accounts for a terminal: address, roles; the page of accounts shows the codes."""
    told = _told()
    width = max(len(one["email"]) for one in told)
    lines = [f"{one['email']:<{width}}  {', '.join(one['roles'])}" for one in told]
    return "\n".join([f"Password of every account: {PASSWORD}", *lines])


def secret_of(email: str) -> str:
    """The second factor's secret of a demonstration account: 160 bits, in base32."""
    digest = hashlib.sha256(f"demonstration account {email}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def code_at(secret: str, instant: datetime) -> str:
    """The six digits (RFC 6238) that a base32 secret gives at an instant."""
    return str(TOTP(key=secret, format="base32").generate(instant).token)


def _told() -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = _read("accounts.toml")["account"]
    return accounts


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("hub.demo").joinpath(name).read_text("utf-8"))


def _organisations(work: Work, keys: set[str]) -> dict[str, Organisation]:
    rows = work.session.scalars(
        select(Organisation).where(
            Organisation.source == Source.DEMONSTRATION, Organisation.source_key.in_(keys)
        )
    )
    return {str(row.source_key): row for row in rows}


def _member(work: Work, one: dict[str, Any], organisation: Organisation, password: str) -> Member:
    return Member(
        email=one["email"],
        name=one["name"],
        organisation_id=organisation.id,
        password=password,
        confirmed_at=work.now,
        created_at=work.now,
        language="fr",
        tf_primary_method="authenticator",
        tf_totp_secret=security.totp_factory.sealed(secret_of(one["email"])),
        mf_recovery_codes=["none of these opens"] * 10,
        roles=role_rows(work, [Role(role) for role in one["roles"]]),
    )
