"""`rights-hub token create`: the token alone on the output, or one clear sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.commands import token as command
from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.models.audit_event import AuditEvent
from hub.models.member import ApiToken
from hub.ports import Ports
from hub.queries.tokens import token_holder
from tests.conftest import Unit
from tests.web.members import add_organisation

SIREN = "999003007"
Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the test's hub, which knows one organisation."""
    with unit(SYSTEM) as work:
        add_organisation(work, siren=SIREN)
    monkeypatch.setattr(command, "create_app", lambda _: app)
    return lambda *arguments: CliRunner().invoke(command.token, ["create", *arguments])


def test_the_output_is_a_token_that_works(run: Run, session: Session, ports: Ports) -> None:
    made = run("--siren", SIREN, "--scope", "file", "--scope", "answer")
    assert made.exit_code == 0
    [token] = made.stdout.splitlines()
    session.rollback()
    holder = token_holder(session, ports.keyring, token)
    assert holder is not None
    assert holder.scopes == {"file", "answer"}
    assert session.scalars(select(AuditEvent.kind)).all() == [EventKind.TOKEN_CREATED]


def test_a_siren_may_be_typed_with_its_spaces(run: Run) -> None:
    assert run("--siren", "999 003 007", "--scope", "audit").exit_code == 0


@pytest.mark.parametrize(
    ("siren", "said"),
    [("999999999", "No organisation of the directory has the SIREN"), ("12", "has nine digits")],
)
def test_a_wrong_siren_is_said_in_one_sentence(
    run: Run, session: Session, siren: str, said: str
) -> None:
    refused = run("--siren", siren, "--scope", "file")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert said in refused.stderr
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_an_unknown_scope_names_the_known_ones(run: Run) -> None:
    refused = run("--siren", SIREN, "--scope", "everything")
    assert refused.exit_code != 0
    assert "'answer', 'audit', 'file'" in refused.stderr
