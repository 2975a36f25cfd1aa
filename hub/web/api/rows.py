"""Rows of the hub as JSON for programs."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from hub.domain.audit_log import Entry
from hub.domain.clock import ClockReading
from hub.domain.representation import GROUNDS
from hub.domain.routing import RoutedReferral
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow
from hub.models.rights_request import RightsRequest
from hub.queries.cases import ReferralRow, RequestRow, refused_parts
from hub.queries.directory_rows import ProcessingRow
from hub.services.filing_plans import FilingPlan
from hub.web.clock_words import explain
from hub.web.locale import current_language


def clock_json(reading: ClockReading) -> dict[str, Any]:
    """The four dates and their explanation, in the language of the call."""
    return {
        "strict_on": reading.strict_on.isoformat(),
        "due_on": reading.due_on.isoformat() if reading.due_on else None,
        "notice_limit_on": reading.notice_limit_on.isoformat() if reading.notice_limit_on else None,
        "refusal_due_on": reading.refusal_due_on.isoformat(),
        "suspended": reading.suspended,
        "explanation": explain(reading, current_language(), gettext),
    }


def referral_json(row: ReferralRow, clock: dict[str, Any] | None = None) -> dict[str, Any]:
    """One referral; `clock` is its reading already in JSON, when another one reads the same."""
    return {
        "id": str(row.id),
        "number": row.number,
        "organisation": {
            "id": str(row.organisation_id),
            "siren": row.siren,
            "name": row.organisation_name,
        },
        "processings": [str(key) for key in row.processings],
        "right": row.right,
        "state": row.state.value,
        "outcome": row.outcome,
        "answer_state": row.answer_state,
        "received_at": row.received_at.isoformat(),
        "clock": clock or clock_json(row.clock),
    }


def request_json(row: RequestRow) -> dict[str, Any]:
    """One rights request, without its secret; clocks that read alike are worded once."""
    clocks: dict[ClockReading, dict[str, Any]] = {}
    for referral in row.referrals:
        if referral.clock not in clocks:
            clocks[referral.clock] = clock_json(referral.clock)
    return {
        "reference": row.reference,
        "received_at": row.received_at.isoformat(),
        "state": row.state.value,
        "referrals": [
            referral_json(referral, clocks[referral.clock]) for referral in row.referrals
        ],
        "refused": [
            {
                "ground": GROUNDS[part.objection],
                "reason": part.objection.value,
                "processings": [str(key) for key in part.processings],
            }
            for part in row.refused
        ],
    }


def filed_row(plan: FilingPlan, routed: Sequence[RoutedReferral]) -> RequestRow:
    """The row of what was just filed, from its plan: nothing is read back."""
    (filed,) = plan.rows_of(RightsRequest)
    rows = zip(plan.rows_of(Referral), routed, strict=True)
    return RequestRow(
        filed["id"],
        filed["reference"],
        filed["received_at"],
        filed["state"],
        filed["filed_by_organisation_id"],
        tuple(
            ReferralRow(
                id=row["id"],
                number=row["number"],
                reference=filed["reference"],
                organisation_id=referral.organisation_id,
                siren=referral.siren,
                organisation_name=referral.name,
                right=row["right"].value,
                state=row["state"],
                outcome=None,
                answer_state=None,
                received_at=row["received_at"],
                processings=tuple(item.processing_id for item in referral.items),
                clock=plan.readings[row["zone"]],
            )
            for row, referral in rows
        ),
        tuple(
            part
            for acting in plan.rows_of(RepresentationRow)
            for part in refused_parts(acting["objection"], acting["left_out"])
        ),
    )


def event_json(entry: Entry, stored: bytes) -> dict[str, Any]:
    """One act of the log, without its detail."""
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor_kind": entry.actor_kind,
        "actor": entry.actor_pseudonym,
        "kind": entry.kind,
        "subject": str(entry.subject_id) if entry.subject_id else None,
        "detail_digest": entry.detail_digest.hex(),
        "prev": entry.prev.hex(),
        "hash": stored.hex(),
    }


def processing_json(row: ProcessingRow, language: str) -> dict[str, Any]:
    """One processing of the directory."""
    return {
        "id": str(row.id),
        "title": row.title_in(language),
        "kind": row.kind.value,
        "controllers": [
            {"id": str(one.id), "siren": one.siren, "name": one.name} for one in row.controllers
        ],
        "purposes": [
            {
                "title": purpose.title_in(language),
                "legal_basis": purpose.legal_basis.value,
                "context": purpose.context.value,
            }
            for purpose in row.purposes
        ],
        "identifiers_asked": [
            {"identifier": asked.identifier.value, "required": asked.is_required}
            for asked in row.identifiers_asked
        ],
    }
