"""Deletes what is at the end of its time; safe to run twice, or half."""

from collections.abc import Callable
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM
from hub.domain.retention import RetentionStep
from hub.errors import StorageUnavailable
from hub.extensions import db
from hub.ports import Ports
from hub.queries.retention import (
    copies_to_delete,
    files_to_delete,
    letters_to_delete,
    mails_to_delete,
)
from hub.services.retention import (
    STEPS,
    begin_run,
    end_run,
    forget_copies,
    forget_files,
    forget_letters,
    forget_mails,
    note_parts,
    run_step,
)
from hub.services.unit_of_work import Work, unit_of_work

AT_ONCE = 100
MOST_SETS = 500
"""Of each step in one run: what is left after them waits for the next run, and is counted there."""

Find = Callable[[Session, int], dict[UUID, str]]
Forget = Callable[[Work, UUID, list[UUID]], None]

log = structlog.get_logger(__name__)


def delete_over() -> dict[RetentionStep, int]:
    """One run: every step in small units of its own; says how many it did of each."""
    ports: Ports = current_app.extensions["ports"]
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        run_id = begin_run(work)
    done = {step: _repeat(ports, run_id, step) for step in STEPS}
    done[RetentionStep.FILES_DELETED] = _delete_files(ports, run_id)
    now, policy = ports.clock.now(), ports.policies.retention
    parts = {
        RetentionStep.LOGS_DELETED: ports.logs.turn_over(now, policy.log_part_days),
        RetentionStep.JOURNAL_DELETED: ports.journal.delete_over(now, policy.journal_days),
    }
    done |= parts
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        note_parts(work, run_id, parts)
        end_run(work, run_id)
    log.info("retention_ran", **{step.value: count for step, count in done.items()})
    return done


def _repeat(ports: Ports, run_id: UUID, step: RetentionStep) -> int:
    total = 0
    for _ in range(MOST_SETS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            done = run_step(work, run_id, step, AT_ONCE)
        total += done
        if not done:
            break
    return total


def _delete_files(ports: Ports, run_id: UUID) -> int:
    """The store first, its line after: a run cut between the two deletes the same files again."""
    kinds = (
        (files_to_delete, forget_files),
        (copies_to_delete, forget_copies),
        (letters_to_delete, forget_letters),
        (mails_to_delete, forget_mails),
    )
    return sum(_delete_kind(ports, run_id, found, forget) for found, forget in kinds)


def _delete_kind(ports: Ports, run_id: UUID, find: Find, forget: Forget) -> int:
    total = 0
    for _ in range(MOST_SETS):
        db.session.rollback()
        found = find(db.session(), AT_ONCE)
        db.session.rollback()
        if not found:
            break
        try:
            for key in found.values():
                ports.files.delete(key)
        except StorageUnavailable:
            log.warning("files_not_deleted_yet")
            break
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            forget(work, run_id, list(found))
        total += len(found)
    return total
