"""Adds to the intake journal what it lacks: filings made while it could not be written."""

from datetime import timedelta

import structlog
from flask import current_app

from hub.extensions import db
from hub.port_errors import JournalUnavailable
from hub.ports import Ports
from hub.queries.filings import filed_since
from hub.services.recovering import lines_of

AT_ONCE = 100

log = structlog.get_logger(__name__)


def complete_journal() -> int:
    """Write the lines of recent filings that the journal lacks; says how many it wrote.

    A journal still away is left for the next run.
    """
    ports: Ports = current_app.extensions["ports"]
    since = ports.clock.now() - timedelta(days=ports.policies.retention.journal_days)
    lacking = sorted(filed_since(db.session(), since) - ports.journal.ids())
    db.session.rollback()
    for start in range(0, len(lacking), AT_ONCE):
        lines = lines_of(db.session(), lacking[start : start + AT_ONCE])
        db.session.rollback()
        try:
            ports.journal.write(lines)
        except JournalUnavailable as error:
            log.warning("journal_unavailable", reason=error.facts.get("reason"))
            return start
    return len(lacking)
