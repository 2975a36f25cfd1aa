"""The tasks of the hub's agents: looked at with a trace, done with a word on what was done."""

from uuid import UUID

from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.audit_log import EventKind
from hub.domain.grounds import says_something
from hub.domain.lifecycle import ActionNotAllowed, NotYours
from hub.domain.references import ReferenceMistyped, normalise_reference
from hub.errors import Invalid, NotFound
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.rights_request import RightsRequest
from hub.sealing import Place
from hub.services.filing_plans import Receipt
from hub.services.representing import dispute, give_new_code, settle_dispute
from hub.services.unit_of_work import Work

LONGEST_WORDS = 1_000


def look_at_task(work: Work, task_id: UUID) -> None:
    """Write down that an agent opens the case of a task: its reason is the task."""
    row = _open_task(work, task_id)
    reason = row.kind.value
    work.record(
        EventKind.REQUEST_CONSULTED, row.rights_request_id, row.rights_request_id, reason=reason
    )


def finish_task(work: Work, task_id: UUID, words: str, *, is_hers: bool | None = None) -> None:
    """Close a task with what was done; `is_hers` settles a request that was stopped.

    Raises NotFound, NotYours, ActionNotAllowed when it is done, Invalid (`words`, `verdict`).
    """
    row = _open_task(work, task_id)
    if not says_something(words) or len(words) > LONGEST_WORDS:
        raise Invalid(field="words", reason="empty" if len(words) <= LONGEST_WORDS else "too_long")
    if row.kind is HubTaskKind.CHECK_DISPUTE:
        if is_hers is None:
            raise Invalid(field="verdict", reason="missing")
        settle_dispute(work, row.rights_request_id, is_hers=is_hers)
    if row.kind is HubTaskKind.TELL_BY_POST:
        key = row.rights_request_id
        work.record(EventKind.REPRESENTED_TOLD, key, key, by="post")
    place = Place(row.rights_request_id, "hub_task.words_sealed", row.id)
    row.words_sealed = work.keys.seal(place, words.strip())
    row.done_at, row.done_by_id = work.now, work.actor.member_id
    row.done_by_name = work.actor.name


def code_for_letter(work: Work, task_id: UUID) -> Receipt:
    """The person's new code, for the letter that an agent prints now. Raises NotFound, NotYours."""
    row = _open_task(work, task_id)
    if row.kind is not HubTaskKind.CODE_BY_POST:
        raise NotFound(task_id=task_id)
    return give_new_code(work, row.rights_request_id)


def stop_at_a_call(work: Work, reference: str) -> None:
    """Stop a request that the person says, by telephone, is not hers; a task to check it follows.

    Raises NotYours, NotFound for no such reference, ActionNotAllowed when it is over or stopped.
    """
    if Role.HUB_AGENT not in work.actor.roles:
        raise NotYours(action="dispute")
    try:
        wanted = normalise_reference(reference)
    except ReferenceMistyped as error:
        raise NotFound(reference=reference[:20]) from error
    key = work.session.scalar(select(RightsRequest.id).where(RightsRequest.reference == wanted))
    if key is None:
        raise NotFound(reference=wanted)
    dispute(work, key)


def _open_task(work: Work, task_id: UUID) -> HubTask:
    row = work.session.get(HubTask, task_id, with_for_update=True)
    if row is None:
        raise NotFound(task_id=task_id)
    if Role.HUB_AGENT not in work.actor.roles:
        raise NotYours(action="hub_task")
    if row.done_at is not None:
        raise ActionNotAllowed(action="hub_task", by=row.done_by_name)
    return row
