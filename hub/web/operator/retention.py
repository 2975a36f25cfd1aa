"""What was deleted at the end of its time, what the next run deletes, and what is kept longer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, Role
from hub.domain.permissions import Permission
from hub.domain.retention import RetentionStep
from hub.errors import NotFound
from hub.queries.retention import HoldLine, RunLine, count_due, holds_in_force, last_runs
from hub.services.retention import lift_hold
from hub.web.access import member
from hub.web.retention_words import HOLD_REASONS, STEPS, periods
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("retention", __name__, url_prefix="/exploitation/conservation")

ONE_DAY = timedelta(days=1)
LATE_AFTER = timedelta(days=2)


@bp.get("")
@member(Permission.READ_RULES)
def report(actor: Actor) -> str:
    """The last runs, the next one and the holds: counts and references, never a person."""
    now, policy = ports().clock.now(), ports().policies.retention
    runs = last_runs(reading())
    return render_template(
        "operator/retention.html",
        runs=[_run_row(run) for run in runs],
        last=runs[0] if runs else None,
        is_late=not runs or now - runs[0].started_at > LATE_AFTER,
        deleted=_counted(runs[0]) if runs else [],
        coming=_worded(count_due(reading(), now + ONE_DAY, ports())),
        periods=periods(policy),
        holds=[_hold_row(hold) for hold in holds_in_force(reading())],
        may_lift=Role.HUB_DPO in actor.roles,
    )


@bp.post("/gardes/<uuid:rights_request_id>/lever")
@member(Permission.AUDIT_HUB)
def lift(rights_request_id: UUID, actor: Actor) -> Response:
    """Let a case go at its time again."""
    try:
        with unit_of_work(actor) as work:
            lift_hold(work, rights_request_id)
    except NotFound:
        flash(_("This case is no longer kept longer: somebody else has just changed it."), "info")
    else:
        flash(_("The case will be deleted at its time."), "ok")
    return redirect(url_for("retention.report"))


def _counted(run: RunLine) -> list[tuple[str, int]]:
    return _worded(run.counts)


def _worded(counts: dict[RetentionStep, int]) -> list[tuple[str, int]]:
    return [(str(STEPS[step]), counts[step]) for step in RetentionStep if counts[step]]


def _run_row(run: RunLine) -> dict[str, Any]:
    return {
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "counted": _counted(run),
    }


def _hold_row(hold: HoldLine) -> dict[str, Any]:
    return {
        "rights_request_id": hold.rights_request_id,
        "reference": hold.reference,
        "reason": HOLD_REASONS[hold.reason],
        "placed_at": hold.placed_at,
        "placed_by": hold.placed_by or "–",
    }
