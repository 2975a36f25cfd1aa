"""rights-hub import backlog: dry run, import, twice the same, and what is no table."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from hub.commands import importing, importing_backlog
from hub.domain.actors import SYSTEM
from hub.models.rights_request import RightsRequest
from tests.factories import add_organisation, add_processing

SIREN = "263500076"
TABLE = "Reçu le;Droit;Nom;Prénom\n03/06/2026;accès;Dubois;Angèle\nhier;accès;Martin;Paul\n"


@pytest.fixture
def run(app, unit, tmp_path, monkeypatch):
    """Brings a table in for a hospital with one database."""
    monkeypatch.setattr(importing_backlog, "create_app", lambda _settings: app)
    monkeypatch.setattr(importing_backlog.Settings, "from_environment", lambda: None)
    with unit(SYSTEM) as work:
        add_processing(work, add_organisation(work, siren=SIREN), title="Entrepôt eHOP")

    def bring(content=TABLE, *more, siren=SIREN):
        file = tmp_path / "reprise.csv"
        file.write_bytes(content.encode("cp1252"))
        words = ["backlog", str(file), "--siren", siren, "--processing", "Entrepôt eHOP", *more]
        return CliRunner().invoke(importing.import_file, words)

    return bring


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RightsRequest))


def test_a_dry_run_reports_each_refused_line_and_records_nothing(run, session):
    said = run(TABLE, "--dry-run")
    assert said.exit_code == 0, said.output
    assert "Prêtes" in said.output
    assert "Ligne 3" in said.output
    assert count(session) == 0


def test_the_same_file_twice_records_once(run, session):
    assert "Enregistrées" in run().output
    assert "Déjà enregistrées" in run().output
    assert count(session) == 1


@pytest.mark.parametrize(("content", "siren"), [("%PDF-1.7", SIREN), (TABLE, "000000000")])
def test_what_cannot_be_taken_ends_with_status_1_and_changes_nothing(run, session, content, siren):
    said = run(content, siren=siren)
    assert said.exit_code == 1
    assert count(session) == 0
