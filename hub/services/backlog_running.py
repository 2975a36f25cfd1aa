"""Runs the import of a file: outside any lock it checks and plans, then records line by line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.actors import SYSTEM, Actor
from hub.domain.backlog import Sheet
from hub.domain.intake import POLICY
from hub.domain.working_days import local_date
from hub.importers.backlog import read_sheet
from hub.models.intake_batch import LineState
from hub.ports import Ports
from hub.queries.backlog import importing_actor, lines_of, sealed_batch
from hub.services.backlog import end_turn, record_line, settle_line, take_turn
from hub.services.backlog_checking import BacklogChecker, CheckedLine, Owner, choices_from
from hub.services.documents import release_files
from hub.services.filing import AlreadyFiling
from hub.services.filing_plans import plan_filing
from hub.services.unit_of_work import Work

OpenUnit = Callable[[Actor], AbstractContextManager[Work]]


@dataclass(frozen=True)
class Hub:
    """What a run needs: units to open, a session to read with, and the outside."""

    unit: OpenUnit
    session: Session
    ports: Ports


def read_file(content: bytes) -> Sheet:
    """The table of a file just given. Raises NotThatFormat."""
    return read_sheet(content)


def open_sheet(ports: Ports, storage_key: str, key_wrapped: bytes) -> Sheet:
    """The table of a kept file. Raises FileMissing, SealBroken, NotThatFormat."""
    key = ports.keyring.unwrap(key_wrapped)
    return read_sheet(b"".join(ports.files.read(storage_key, opened_with=key)))


def run_import(hub: Hub, batch_id: UUID, most: int = POLICY.rows_per_turn) -> int:
    """Record up to `most` lines of a waiting file; says how many it settled.

    Safe to run twice, or half: a line recorded is found again by its key, and one process at a
    time has the turn. When no line is left, the file itself is deleted.
    """
    with hub.unit(SYSTEM) as work:
        is_ours = take_turn(work, batch_id)
    kept = sealed_batch(hub.session, batch_id) if is_ours else None
    if kept is None:
        return 0
    sheet = open_sheet(hub.ports, kept.storage_key, kept.key_wrapped)
    actor = importing_actor(hub.session, batch_id)
    owner = Owner(kept.organisation_id, actor, local_date(hub.ports.clock.now()))
    ready = [one.line for one in lines_of(hub.session, batch_id, LineState.READY, limit=most)]
    checker = BacklogChecker(hub.session, hub.ports.keyring, owner, choices_from(kept.choices))
    found = list(islice(checker.check(sheet, ready), most))
    hub.session.rollback()
    for one in found:
        _settle(hub, batch_id, actor, one)
    with hub.unit(actor) as work:
        over = end_turn(work, batch_id)
    if over:
        release_files(hub.ports, [over])
    return len(found)


def _settle(hub: Hub, batch_id: UUID, actor: Actor, found: CheckedLine) -> None:
    if found.draft is None:
        with hub.unit(actor) as work:
            settle_line(work, batch_id, found)
        return
    plan = plan_filing(found.draft, hub.ports.keyring, hub.ports.clock.now())
    try:
        with hub.unit(actor) as work:
            record_line(work, batch_id, found, plan)
    except AlreadyFiling:
        return
