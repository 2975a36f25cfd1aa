"""`rights-hub retention`: one line a step, and a dry run that changes nothing."""

import pytest
from click.testing import CliRunner

from hub.commands import retention as command
from hub.queries.retention import last_runs
from tests.retained import closed


@pytest.fixture
def run(app, monkeypatch):
    """Run the command on the test's hub."""
    monkeypatch.setattr(command, "create_app", lambda _: app)
    return lambda *arguments: CliRunner().invoke(command.retention, arguments)


def test_a_dry_run_counts_and_deletes_nothing(run, unit, ports, clock, session):
    closed(unit, ports)
    clock.advance(days=76)
    before = run("--dry-run")
    assert before.exit_code == 0, before.output
    assert "answers_told 1" in before.stdout.splitlines()
    session.rollback()
    assert not last_runs(session)
    assert "answers_told 1" in run().stdout.splitlines()
    assert "answers_told 0" in run("--dry-run").stdout.splitlines()
