"""`rights-hub audit`: an export that bears witness, and a verification that sees tampering."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from hub.commands import audit as command
from hub.extensions import db
from hub.services.working import acknowledge
from tests.factories import open_case


@pytest.fixture
def run(app, monkeypatch):
    """Run the command on the test's hub."""
    monkeypatch.setattr(command, "_opened", app.app_context)

    def invoke(*arguments):
        db.session.rollback()
        return CliRunner().invoke(command.audit, [str(argument) for argument in arguments])

    return invoke


def without_guards(statement):
    """Do what only somebody with the database in hand can do."""
    with db.engine.execution_options(takes_write_lock=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text(statement))


def test_an_honest_log_verifies_and_agrees_with_its_export(unit, ports, run, tmp_path):
    case = open_case(unit, ports)
    assert run("export", tmp_path / "kept").exit_code == 0
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    done = run("verify", tmp_path / "kept")
    assert done.exit_code == 0
    assert "6 events verified, 4 compared" in done.output


def test_the_export_holds_nothing_of_anybody(unit, ports, run, tmp_path):
    open_case(unit, ports)
    run("export", tmp_path)
    lines = (tmp_path / "events.jsonl").read_text()
    assert not any(word in lines for word in ("Dubois", "Angèle", "angele@", "Martin", "Rennes"))
    assert {"stream", "seq", "hash", "prev"} <= set(json.loads(lines.splitlines()[0]))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE audit_event SET actor_pseudonym = 'hub' WHERE seq = 2", "altered"),
        ("DELETE FROM audit_event WHERE seq = 2", "missing"),
    ],
)
def test_an_altered_or_missing_event_is_seen(unit, ports, run, statement, reason):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    without_guards(statement.replace("= 'hub'", "= 'nobody'"))
    done = run("verify")
    assert done.exit_code == 1
    assert reason in done.output


def test_a_truncated_end_is_seen_by_who_kept_an_export(unit, ports, run, tmp_path):
    open_case(unit, ports)
    run("export", tmp_path)
    without_guards("DELETE FROM audit_event WHERE seq = 4")
    assert run("verify").exit_code == 0
    done = run("verify", tmp_path)
    assert done.exit_code == 1
    assert "differs from the export, or is gone" in done.output


def test_a_folder_that_is_no_export_is_said_to_be_none(run, tmp_path):
    done = run("verify", tmp_path)
    assert done.exit_code == 1
    assert "not an export" in done.output
    (tmp_path / "events.jsonl").write_text("{}\n")
    assert "not a line of an export" in run("verify", tmp_path).output
