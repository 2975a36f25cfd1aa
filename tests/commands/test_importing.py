"""rights-hub import: a plain report, findings with status 0, a wrong file with status 1."""

from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub.commands import importing
from hub.extensions import db
from hub.models.audit_event import AuditEvent
from hub.models.directory import Organisation, Processing

CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:a> a dcat:Dataset ; dct:title "Jeu A" ; dct:publisher [ foaf:name "Université de Brume" ] .
<urn:b> a dcat:Dataset ; dct:title "Jeu B" .
"""

Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the hub of the test."""
    monkeypatch.setattr(importing, "create_app", lambda _settings: app)
    monkeypatch.setattr(importing.Settings, "from_environment", lambda: None)
    return lambda *words: CliRunner().invoke(importing.import_file, [str(one) for one in words])


def rows(session: Session) -> tuple[int, int, int]:
    session.rollback()
    models = (Organisation, Processing, AuditEvent)
    return tuple(session.scalar(select(func.count()).select_from(one)) for one in models)  # type: ignore[return-value]


def test_findings_do_not_stop_an_import(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.ttl"
    file.write_text(CATALOGUE)
    result = run("healthdcat", file)
    assert result.exit_code == 0, result.output
    words = result.output.replace("\u00a0", " ")
    assert "traitement : ajout 1" in words
    assert "1 fiche refusée" in words
    assert "Jeu B · ligne 6 · urn:b · Aucun responsable de traitement" in words
    assert rows(session)[:2] == (1, 1)
    again = run("healthdcat", file, "--language", "en")
    assert "processing: addition 0, change 0, no change 1" in again.output
    assert rows(session)[:2] == (1, 1)


def test_a_dry_run_prints_what_would_change_and_changes_nothing(
    run: Run, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.ttl"
    file.write_text(CATALOGUE)
    result = run("healthdcat", file, "--dry-run")
    assert result.exit_code == 0
    assert "rien n’a été écrit" in result.output
    assert "Jeu A" in result.output
    assert rows(session) == (0, 0, 0)
    run("healthdcat", file)
    file.write_text(CATALOGUE.replace("Jeu A", "Jeu A bis"))
    before = rows(session)
    words = run("healthdcat", file, "--dry-run").output.replace("\u00a0", " ")
    assert "title : Jeu A → Jeu A bis" in words
    assert rows(session) == before


@pytest.mark.parametrize("format_name", ["healthdcat", "organisations", "cnil-dpo", "hdh-projects"])
@pytest.mark.parametrize(
    "content", [b"", b"<!doctype html><html><title>404", b"PK\x03\x04..", b"\x00\x01", b"hello"]
)
def test_a_file_that_is_not_what_it_says_changes_nothing_and_says_why(
    run: Run, session: Session, tmp_path: Path, format_name: str, content: bytes
) -> None:
    file = tmp_path / "file.ttl"
    file.write_bytes(content)
    result = run(format_name, file)
    assert result.exit_code == 1, result.output
    assert "Rien n’a été modifié" in result.output
    assert "Traceback" not in result.output
    assert rows(session) == (0, 0, 0)


def test_a_thousand_findings_alike_are_told_once_with_their_number(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("nom;siren\n" + "".join(f"Org {n};12345678{n}\n" for n in range(1000, 1100)))
    result = run("organisations", file)
    assert result.exit_code == 0
    assert "50 autres comme celui-ci" in result.output
    assert len(result.output.splitlines()) < 320


def test_a_hub_without_tables_says_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.ttl"
    file.write_text(CATALOGUE)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE organisation RENAME TO elsewhere"))
    result = run("healthdcat", file)
    assert result.exit_code == 1
    assert "rights-hub migrate" in result.output
