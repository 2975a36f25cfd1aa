"""Members for tests: makes them, computes their codes, signs them in as a browser would."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from flask.testing import FlaskClient
from flask_security import hash_password
from werkzeug.test import TestResponse

from hub.demo.accounts import code_at, secret_of
from hub.domain.actors import Role
from hub.domain.directory import OrganisationKind
from hub.extensions import security
from hub.models.directory import Organisation
from hub.models.member import Member
from hub.services.members import role_rows
from hub.services.unit_of_work import Work

PASSWORD = "Un-mot-de-passe-2026"


def add_organisation(work: Work, name: str = "CHU de Test", **facts: object) -> UUID:
    """A public hospital of the directory."""
    row = Organisation(
        name=name,
        kind=OrganisationKind.PUBLIC_HOSPITAL,
        created_at=work.now,
        updated_at=work.now,
        **facts,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def add_member(
    work: Work, organisation_id: UUID, email: str, *roles: Role, second_factor: bool = True
) -> UUID:
    """A member with a password, and a second factor unless told otherwise."""
    row = Member(
        email=email,
        name=email.partition("@")[0].replace(".", " ").title(),
        organisation_id=organisation_id,
        password=hash_password(PASSWORD),
        created_at=work.now,
        roles=role_rows(work, roles or (Role.AGENT,)),
    )
    if second_factor:
        row.tf_primary_method = "authenticator"
        row.tf_totp_secret = security.totp_factory.sealed(secret_of(email))
        row.mf_recovery_codes = ["unusable"] * 10
    work.session.add(row)
    work.session.flush()
    return row.id


def form_token(page: TestResponse) -> str:
    """The hidden token of the first form of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, "the page has no form"
    return found[1]


def post(
    client: FlaskClient, address: str, page: TestResponse | None = None, **fields: object
) -> TestResponse:
    """Fill in the form of a page (by default the one at `address`) and send it."""
    page = page or client.get(address)
    return client.post(address, data={"csrf_token": form_token(page), **fields})


def give_password(
    client: FlaskClient, email: str, password: str = PASSWORD, **more: object
) -> TestResponse:
    """The first step of signing in."""
    return post(client, "/connexion", email=email, password=password, **more)


def give_code(
    client: FlaskClient, email: str, now: datetime, address: str = "/connexion/code"
) -> TestResponse:
    """The second step, with the code of the moment."""
    return post(client, address, code=code_at(secret_of(email), now))


def sign_in(client: FlaskClient, email: str, now: datetime) -> TestResponse:
    """Both steps; gives the answer to the second."""
    first = give_password(client, email)
    assert first.location.startswith("/connexion/code"), first.location
    return give_code(client, email, now)
