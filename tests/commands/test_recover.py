"""`rights-hub recover`: after a restore, one command, and its figures in one line."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from hub.adapters.journal import FolderJournal
from hub.bootstrap import recovery_pair
from hub.commands import recover as command
from hub.domain.actors import SYSTEM
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_organisation, add_processing, draft_for, planned
from tests.services.test_recovering import as_yesterday

THERE = "Filings already there: "


@pytest.fixture
def folder(settings):
    return settings.home / "journal"


@pytest.fixture
def journal(settings, clock, folder):
    return FolderJournal(folder, recovery_pair(settings.home)[0], clock)


@pytest.fixture
def run(app, settings, monkeypatch):
    """Run the command on the test's hub."""
    monkeypatch.setattr(command, "create_app", lambda _: app)
    monkeypatch.setattr(command.Settings, "from_environment", lambda: settings)
    return lambda *arguments: CliRunner().invoke(command.recover, list(map(str, arguments)))


@pytest.fixture
def receipt(unit, ports, journal):
    """A filing, kept in the journal of the disk."""
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        processing_id = add_processing(work, organisation_id)
    draft = draft_for(planned(organisation_id, processing_id))
    with unit(draft.actor) as work:
        receipt = file_request(work, plan_filing(draft, ports.keyring, work.now))
    journal.write(ports.journal.lines)
    return receipt


def test_what_is_lacking_is_said_first_and_inserted_then(run, receipt, session, folder):
    as_yesterday(session, receipt)
    dry = run("--from", folder, "--dry-run")
    assert dry.stdout == f"{THERE}0; would be inserted: 1; impossible: 0.\n", dry.output
    assert run("--from", folder).stdout == f"{THERE}0; inserted: 1; impossible: 0.\n"
    assert run("--from", folder).stdout == f"{THERE}1; inserted: 0; impossible: 0.\n"


def test_another_key_opens_nothing_and_the_message_says_what_to_do(run, receipt, folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    recovery_pair(other)
    refused = run("--from", folder, "--key", other / "recovery.key")
    assert refused.exit_code == 1
    assert ".journal, line 1." in refused.output
    assert "--key" in refused.output


def test_a_harmed_line_is_named_and_the_others_are_inserted(run, receipt, session, folder):
    as_yesterday(session, receipt)
    (part,) = folder.glob("*.journal")
    with part.open("ab") as kept:
        kept.write(b"rubbish\n")
    done = run("--from", folder)
    assert done.exit_code == 1
    assert f"{THERE}0; inserted: 1; impossible: 0." in done.output
    assert f"{part.name}, line 3." in done.output


def test_a_key_kept_elsewhere_is_asked_for(run, receipt, settings, monkeypatch):
    elsewhere = replace(settings, journal_recipient="age1" + "q" * 58)
    monkeypatch.setattr(command.Settings, "from_environment", lambda: elsewhere)
    refused = run()
    assert refused.exit_code == 1
    assert "name the file of its private half with --key" in refused.output.replace("\n", " ")
