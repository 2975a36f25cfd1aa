"""What a colleague without account sees by her link: one question and what it needs, no more."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.directory import Organisation
from hub.models.exchange import ColleagueTask
from hub.models.referral import Referral
from hub.models.rights_request import Identity
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class ColleagueQuestion:
    """An open task: who asks, what, by when, and only the listed parts of the identity."""

    id: UUID
    organisation_name: str
    service_name: str
    colleague_name: str
    text: str
    identifiers: tuple[tuple[str, str], ...]
    reply_by_on: date


def colleague_question(
    session: Session, keys: RequestKeys, token_hash: bytes
) -> ColleagueQuestion | None:
    """The open task behind a link, or None when it is unknown, used, cancelled or shredded."""
    row = session.execute(
        select(
            ColleagueTask,
            Referral.rights_request_id,
            Organisation.name,
            Organisation.service_name,
            Identity.sealed,
        )
        .join(Referral, Referral.id == ColleagueTask.referral_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .outerjoin(Identity, Identity.rights_request_id == Referral.rights_request_id)
        .where(
            ColleagueTask.token_hash == token_hash,
            ColleagueTask.done_at.is_(None),
            ColleagueTask.cancelled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    task, request_id, organisation_name, service_name, sealed = row
    try:
        text = keys.open(Place(request_id, "colleague_task.text_sealed", task.id), task.text_sealed)
        identity = keys.open_facts(Place(request_id, "identity.sealed", request_id), sealed)
    except Shredded:
        return None
    return ColleagueQuestion(
        task.id,
        organisation_name,
        service_name or "",
        task.colleague_name,
        text,
        _listed(identity, task.identifiers),
        task.reply_by_on,
    )


def _listed(identity: dict[str, Any], names: list[Any]) -> tuple[tuple[str, str], ...]:
    """The identifiers that were listed, in that order; the rest of the identity stays closed."""
    given = {**(identity.get("identifiers") or {}), **_civil(identity)}
    return tuple((str(name), str(given[name])) for name in names if given.get(name))


def _civil(identity: dict[str, Any]) -> dict[str, Any]:
    return {name: identity.get(name) for name in ("given_names", "family_name", "birth_date")}
