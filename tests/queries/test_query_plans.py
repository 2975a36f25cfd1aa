"""On PostgreSQL with many cases, what is asked again and again reads no table from end to end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.extensions import db
from hub.queries.delivery_health import is_late, paces, unaccounted_referrals
from hub.queries.filings import filed_since
from hub.queries.inbox import inbox_of
from hub.queries.inbox_filters import InboxFilters
from hub.queries.outbox import due_recipients, outbox_figures
from hub.sealing import RequestKeys
from hub.services.delivering import claim, claim_together, deliver_to_portal
from tests.factories import open_case
from workers.jobs.acknowledging import acknowledge_all
from workers.jobs.delivering import watch_deliveries
from workers.jobs.noticing import follow_unreplied, remind_unconfirmed, send_due_notices
from workers.jobs.upkeep import sweep

MANY = 20_000
CONTROLLERS = 200
GROW = ("rights_request", "referral", "delivery", "audit_event", "acknowledgement")
"""The tables that grow with each case, of which none may be read whole."""
READ_WHOLE = re.compile(rf"Seq Scan on ({'|'.join(GROW)})\b")


CATCH_UP = (
    acknowledge_all,
    follow_unreplied,
    remind_unconfirmed,
    send_due_notices,
    sweep,
    watch_deliveries,
)
"""The jobs of the timetable that run each hour or oftener."""


@pytest.fixture
def engine_name() -> str:
    """SQLite chooses by rules, not by what a table holds."""
    return "postgresql"


def _numbered(kind: str, number: str) -> str:
    return f"md5('{kind}' || ({number}))::uuid"


def _multiply(connection: Connection, table: str, **changes: str) -> None:
    """Many rows like the one that is there, but for these columns, as SQL of their number `n`."""
    names = [column.name for column in db.metadata.tables[table].columns]
    columns = ", ".join(f'"{name}"' for name in names)
    given = ", ".join(changes.get(name, f'one."{name}"') for name in names)
    connection.execute(
        text(
            f"INSERT INTO {table} ({columns}) SELECT {given} "  # noqa: S608  (names of our tables)
            f"FROM (SELECT * FROM {table} LIMIT 1) one, generate_series(1, {MANY}) n"
        )
    )


def _fill() -> None:
    """As many cases as some years bring, each delivered and told of; the newest are of now."""
    about, controller = _numbered("request", "n"), _numbered("controller", f"n % {CONTROLLERS}")
    referral = _numbered("referral", "n")
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        hashed = "decode(md5(n::text) || md5('x' || n), 'hex')"
        _multiply(
            connection,
            "rights_request",
            id=about,
            reference="'R' || n",
            state="'closed'",
            closed_at="one.filed_at",
            idempotency_hash=hashed,
            filed_at="one.filed_at - n * interval '20 minutes'",
        )
        _multiply(
            connection,
            "referral",
            id=referral,
            rights_request_id=about,
            organisation_id=controller,
            number="'N' || n",
            state="'closed'",
            answered_at="one.received_at",
        )
        _multiply(
            connection,
            "delivery",
            id=_numbered("delivery", "n"),
            rights_request_id=about,
            referral_id=referral,
            recipient=f"'organisation:' || {controller}",
            state="'delivered'",
        )
        _multiply(connection, "acknowledgement", id=_numbered("paper", "n"), referral_id=referral)
        _multiply(connection, "audit_event", id=_numbered("event", "n"), stream_id=about)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ANALYZE {', '.join(GROW)}"))


def _read_whole(asked: dict[str, Any]) -> list[str]:
    """Which of these statements read a growing table from end to end."""
    found = []
    with db.engine.connect() as connection:
        for statement, given in asked.items():
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
            plan = "\n".join(str(line) for (line,) in rows)
            if READ_WHOLE.search(plan):
                found.append(f"{statement}\n{plan}")
    return found


def test_lists_claims_and_catching_up_read_no_growing_table_whole(
    unit, ports, session, clock
) -> None:
    case = open_case(unit, ports)
    _fill()
    recipient = f"organisation:{case.organisation_id}"
    now = clock.now()
    asked: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "WITH")):
            asked.setdefault(statement, given)

    event.listen(db.engine, "before_cursor_execute", note)
    due_recipients(session, now, 400)
    is_late(session, now)
    paces(session, now)
    unaccounted_referrals(session)
    filed_since(session, now - timedelta(days=35))
    keys = RequestKeys(session, ports.keyring)
    inbox_of(session, case.organisation_id, InboxFilters(now.date(), None), None, keys)
    session.rollback()
    with unit(SYSTEM) as work:
        deliver_to_portal(work, recipient)
        claim(work, Channel.EMAIL, recipient, 50)
        claim_together(work, Channel.EMAIL, [f"person:{case.receipt.rights_request_id}"], 50)
    for catch_up in CATCH_UP:
        catch_up()
    event.remove(db.engine, "before_cursor_execute", note)
    assert outbox_figures(session, now).by_state["delivered"] > MANY
    assert _read_whole({"SELECT id FROM delivery WHERE last_error = 'x'": None})
    assert not _read_whole(asked)
