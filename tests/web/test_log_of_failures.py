"""What the log keeps: of a page that fails, of a refusal, of text that would forge a line."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from hub import create_app
from hub.adapters.log_lines import LineFormatter, keep_log_lines, line_of, processors
from hub.extensions import db
from tests.failing_database import database_away

FORGED = 'x\r\n{"event":"forged"}\n\x1b[2J\u2028{"event":"forged"}\u2029\x85\x00é'


class Fails:
    """A keyring that is out of order."""

    def __getattr__(self, name):
        raise RuntimeError("keys lost for Mrs Martin")


def test_the_secret_of_a_link_is_in_no_log_when_its_page_fails(app, client, ports_with):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["ports"] = ports_with(keyring=Fails())
    with capture_logs() as entries:
        client.get("/en-mon-nom/01920000-0000-7000-8000-000000000000/un-jeton-secret")
    (entry,) = [one for one in entries if one["event"] == "page_failed"]
    assert entry["rule"] == "/en-mon-nom/<uuid:rights_request_id>/<token>"
    line = processors()[-1](None, "error", dict(entry))
    assert "un-jeton-secret" not in line
    assert "Martin" not in line, "a failure may quote what was typed: only its kind is kept"
    assert json.loads(line)["error"] == "builtins.RuntimeError"
    assert any("in_my_name" in place for place in json.loads(line)["at"])


@pytest.fixture
def own_log():
    """The log of a process of its own; pytest's is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_what_a_process_was_told_to_keep_is_not_changed_by_its_application(
    settings, ports_with, own_log, capsys
):
    structlog.reset_defaults()
    keep_log_lines()
    failing = create_app(settings, ports_with(keyring=Fails()))
    failing.config["PROPAGATE_EXCEPTIONS"] = False
    failing.test_client().get("/en-mon-nom/01920000-0000-7000-8000-000000000000/un-jeton-secret")
    said = capsys.readouterr().err
    assert json.loads(said)["error"] == "builtins.RuntimeError"
    assert "Martin" not in said
    with failing.app_context():
        db.engine.dispose()


def test_a_command_that_says_nothing_of_logs_prints_none_of_them_among_its_own_words(
    settings, ports, own_log, capsys
):
    structlog.reset_defaults()
    create_app(settings, ports)
    structlog.get_logger("x").warning("said", name="é")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert json.loads(printed.err)["event"] == "said"


def test_without_its_database_a_page_says_to_come_back_and_keeps_a_line(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with database_away(), capture_logs() as entries:
        page = client.get("/qui-utilise-mes-donnees")
        called = client.get("/api/v1/processings")
    assert page.status_code == called.status_code == 503
    assert called.mimetype == "application/problem+json"
    assert called.json["code"] == "storage_unavailable"
    assert [one["event"] for one in entries] == ["database_away", "database_away"]


def test_no_text_forges_a_line_of_the_log():
    written = io.StringIO()
    bound = structlog.wrap_logger(
        structlog.PrintLogger(written),
        processors=processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    bound.info(FORGED, kind=FORGED, error=ValueError(FORGED))
    lines = written.getvalue()
    assert lines.count("\n") == 1
    assert lines.isascii()
    assert lines[:-1].isprintable()
    assert json.loads(lines)["kind"] == FORGED
    assert len(line_of(FORGED, {FORGED: FORGED}).splitlines()) == 1


def test_what_a_library_says_is_kept_without_the_values_it_puts_in():
    record = logging.LogRecord(
        "gunicorn.error", logging.WARNING, "", 1, "Error handling request %s",
        ("/tache/un-jeton-secret",), None,
    )  # fmt: skip
    kept = json.loads(LineFormatter().format(record))
    assert kept["event"] == "Error handling request %s"
    assert kept["logger"] == "gunicorn.error"
    assert "un-jeton" not in json.dumps(kept)
    record.msg, record.args = "Invalid request from ip=192.0.2.7: " + FORGED, ()
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "192.0.2.7" not in line


def test_a_database_error_quotes_no_value(app):
    with pytest.raises(DBAPIError) as failure, db.engine.connect() as connection:
        connection.execute(text("SELECT :typed FROM nowhere"), {"typed": "Mrs Martin"})
    assert "Martin" not in str(failure.value)


@pytest.mark.parametrize(
    ("method", "address", "status", "wanted"),
    [
        ("GET", "/dossiers", 302, "member:read_referrals"),
        ("GET", "/suivre/ma-demande", 302, "holder"),
        ("GET", "/api/v1/referrals", 401, "api_client:answer"),
        ("GET", "/tache/un-jeton-secret", 410, "anyone"),
        ("POST", "/demander", 400, "anyone"),
    ],
)
def test_each_refusal_has_one_line_that_holds_no_secret(client, method, address, status, wanted):
    with capture_logs() as entries:
        answer = client.open(address, method=method)
    assert answer.status_code == status
    (entry,) = [one for one in entries if one["event"] == "access_refused"]
    assert (entry["wanted"], entry["caller"], entry["key"]) == (wanted, "anonymous", None)
    assert "un-jeton-secret" not in str(entry)


def test_a_page_that_opens_or_does_not_exist_is_no_refusal(client):
    with capture_logs() as entries:
        assert client.get("/aide").status_code == 200
        assert client.get("/nulle-part").status_code == 404
    assert not entries
