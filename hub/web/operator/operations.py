"""The operator's page: what waits, what fails, what needs a person, and whether workers work."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.directory import Channel
from hub.domain.permissions import Permission
from hub.models.delivery import DeliveryKind, DeliveryState
from hub.queries.acknowledgements import acknowledgement_gaps
from hub.queries.contact_points import count_doubted
from hub.queries.delivery_health import is_late, paces
from hub.queries.held_back import BrokenCircuit, broken_circuits, suspended_organisations
from hub.queries.inbound_mail import count_waiting, count_waiting_of
from hub.queries.named_outside import named_outside
from hub.queries.organisations import count_suspended
from hub.queries.outbox import TroubledDelivery, outbox_figures, troubled_deliveries
from hub.services.retrying import try_again, try_all_again
from hub.web.access import member
from hub.web.acknowledgement_paper import missing_words
from hub.web.channel_vocabulary import CHANNELS, DELIVERY_KINDS
from hub.web.degraded import degraded_parts, degraded_words
from hub.web.operator.failure_words import error_words
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("operations", __name__, url_prefix="/exploitation")

MOST_SHOWN = 100


@bp.get("")
@member(Permission.OPERATE)
def operations(actor: Actor) -> str:
    """Deliveries by state, those in trouble, the queue and its workers; no content of any case."""
    now = ports().clock.now()
    figures = outbox_figures(reading(), now)
    rows = [_listed(row) for row in troubled_deliveries(reading(), MOST_SHOWN)]
    bell = dict(ports().doorbell.health())
    bell["parts"] = [part | {"words": part_words(part["name"])} for part in bell.get("parts", [])]
    antivirus = ports().antivirus
    degraded = degraded_parts(reading(), ports())
    return render_template(
        "operator/operations.html",
        figures=figures,
        named_outside=len(named_outside(reading())),
        bell=bell,
        is_journal_kept=ports().journal.is_writable(),
        files_are_away="files" in degraded,
        antivirus_is_silent=antivirus is not None and not antivirus.is_well(),
        is_late=is_late(reading(), now),
        degraded=[degraded_words(part) for part in degraded],
        paces=[(CHANNELS[channel], pace) for channel, pace in paces(reading(), now).items()],
        rows=rows,
        retried=sorted({(row["channel_value"], str(row["channel"])) for row in rows}),
        circuits=[_circuit(row) for row in broken_circuits(reading(), now)],
        suspended=suspended_organisations(reading()),
        shut_out=count_suspended(reading()),
        gaps=acknowledgement_gaps(reading()),
        missing_words=missing_words,
        doubted=count_doubted(reading()),
        mails=_mails(),
        now=now,
    )


@bp.post("/envois/reessayer")
@member(Permission.OPERATE)
def retry_all(actor: Actor) -> Response:
    """Try now all that is in trouble by one channel, to one recipient if it is named."""
    try:
        channel = Channel(request.form.get("channel", ""))
    except ValueError:
        abort(400)
    with unit_of_work(actor) as work:
        count = try_all_again(work, channel, request.form.get("recipient") or None)
    if count:
        flash(
            ngettext(
                "%(num)s delivery will be tried again within seconds.",
                "%(num)s deliveries will be tried again within seconds.",
                count,
            ),
            "ok",
        )
    else:
        flash(_("Nothing was left to try again."), "info")
    return redirect(url_for("operations.operations"))


@bp.post("/envois/<uuid:delivery_id>/reessayer")
@member(Permission.OPERATE)
def retry(delivery_id: UUID, actor: Actor) -> Response:
    """Try one delivery now, whatever the retry table says."""
    with unit_of_work(actor) as work:
        done = try_again(work, delivery_id)
    if done:
        flash(_("The delivery will be tried again within seconds."), "ok")
    else:
        flash(_("This delivery has already left or was cancelled."), "info")
    return redirect(url_for("operations.operations"))


def part_words(name: str) -> str:
    """A part of the machinery, for an operator; one that has no words is shown by its name."""
    return {
        "calls": _("Workers: calls to controllers’ software"),
        "deliveries": _("Workers: deliveries"),
        "notices": _("Workers: reminders"),
        "upkeep": _("Workers: upkeep"),
        "relay": _("Relay"),
        "timetable": _("Timetable"),
    }.get(name, name)


def kind_words(kind: DeliveryKind) -> str:
    """What is being delivered, for an operator."""
    return str(DELIVERY_KINDS[kind])


def _mails() -> dict[str, int]:
    """How many mails wait for an agent of the hub, and for controllers."""
    ours = count_waiting_of(reading(), None)
    return {"ours": ours, "theirs": sum(count_waiting(reading()).values()) - ours}


def _listed(row: TroubledDelivery) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": kind_words(DeliveryKind(row.kind)),
        "channel_value": row.channel,
        "channel": CHANNELS[Channel(row.channel)],
        "organisation": row.organisation or "–",
        "organisation_id": row.organisation_id,
        "needs_person": row.state is DeliveryState.NEEDS_PERSON,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "error": error_words(row.last_error),
        "created_at": row.created_at,
    }


def _circuit(row: BrokenCircuit) -> dict[str, Any]:
    everybody = _("Everybody: our own mail server") if row.organisation_id is None else None
    return {
        "channel_value": row.channel.value,
        "channel": CHANNELS[row.channel],
        "recipient": row.recipient,
        "organisation": everybody or row.organisation or "–",
        "organisation_id": row.organisation_id,
        "failures": row.failures,
        "tries_at": row.tries_at,
        "waiting": row.waiting,
    }
