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
from hub.queries.outbox import TroubledDelivery, outbox_figures, troubled_deliveries
from hub.services.retrying import try_again, try_all_again
from hub.web.access import member
from hub.web.acknowledgement_paper import missing_words
from hub.web.channel_vocabulary import CHANNELS
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
    return render_template(
        "operator/operations.html",
        figures=figures,
        named_outside=len(named_outside(reading())),
        bell=bell,
        is_journal_kept=ports().journal.is_writable(),
        antivirus_is_silent=antivirus is not None and not antivirus.is_well(),
        is_late=is_late(reading(), now),
        degraded=[degraded_words(part) for part in degraded_parts(reading(), ports())],
        paces=[(CHANNELS[channel], pace) for channel, pace in paces(reading(), now).items()],
        rows=rows,
        retried=sorted({(row["channel_value"], str(row["channel"])) for row in rows}),
        circuits=[_circuit(row) for row in broken_circuits(reading(), now)],
        suspended=suspended_organisations(reading()),
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
    return {
        DeliveryKind.ACCESS_CHANGED: _("Notice to a member: sign-in changed"),
        DeliveryKind.ACCOUNT_ENDING: _("Notice to a member: an account nobody uses"),
        DeliveryKind.ACKNOWLEDGEMENT_MISSING: _("Reminder: no acknowledgement"),
        DeliveryKind.ACKNOWLEDGEMENT_TO_READ: _("Notice to the person: acknowledgements"),
        DeliveryKind.ADDRESS_CONFIRMATION: _("Confirmation of an address"),
        DeliveryKind.ADDRESS_STILL_RIGHT: _("Question to a controller: its own address"),
        DeliveryKind.ANSWER_CODE: _("Code of a controller’s link"),
        DeliveryKind.ANSWER_ENDING: _("Notice to the person: an answer will be deleted"),
        DeliveryKind.ANSWER_SENT_BACK: _("Notice to a member: an answer sent back"),
        DeliveryKind.ANSWER_TO_READ: _("Notice to the person: an answer"),
        DeliveryKind.CHANNEL_TRIAL: _("Trial of a way to controllers"),
        DeliveryKind.COLLEAGUE_TASK: _("Question to a colleague"),
        DeliveryKind.COMPLAINT_TO_TRANSMIT: _("Notice: a complaint to transmit to the CNIL"),
        DeliveryKind.CONFIRMATION_REMINDER: _("Reminder to confirm"),
        DeliveryKind.DATE_PASSED: _("Notice to the person: a date has passed"),
        DeliveryKind.DEADLINE_NEAR: _("Reminder: an answer is due"),
        DeliveryKind.DEADLINE_PASSED: _("Reminder: an answer is late"),
        DeliveryKind.DELIVERY_ALARM: _("Alert to the hub’s DPO: an organisation not reached"),
        DeliveryKind.DPO_ALERT: _("Alert to an organisation’s DPO"),
        DeliveryKind.FILED_IN_YOUR_NAME: _("Notice to the person represented: a filing"),
        DeliveryKind.FILES_TO_SEND_AGAIN: _("Notice to a controller: files to send again"),
        DeliveryKind.HUB_DPO_ALERT: _("Alert to the hub’s DPO"),
        DeliveryKind.IDENTITY_ASKED: _("Notice to a controller: confirm who a person is"),
        DeliveryKind.INCIDENT_OPENED: _("Alert to the DPOs: an incident"),
        DeliveryKind.MAIL_TO_CONFIRM: _("Notice to a controller: an e-mail to confirm"),
        DeliveryKind.MANDATE_ENDED: _("Notice to the person represented: her own code"),
        DeliveryKind.MEMBER_INVITATION: _("Invitation of a member"),
        DeliveryKind.NEWS: _("Notice to the person: news"),
        DeliveryKind.NEW_CODE_ASKED: _("Notice to the person: a new code is asked"),
        DeliveryKind.NEW_CODE_GIVEN: _("Notice to the person: a new code was taken"),
        DeliveryKind.NEW_CODE_READY: _("Notice to the person: a new code is ready"),
        DeliveryKind.NOTICES_DIGEST: _("Reminders of the day"),
        DeliveryKind.PASSWORD_LINK: _("Link to a member: forgotten password"),
        DeliveryKind.QUESTION_CLOSED: _("Notice to the person: a question is closed"),
        DeliveryKind.QUESTION_REMINDER: _("Reminder to the person: a question"),
        DeliveryKind.QUESTION_TO_ANSWER: _("Notice to the person: a question"),
        DeliveryKind.REFERRAL: _("Referral to a controller"),
        DeliveryKind.REFERRALS_WAITING: _("Notice to a controller: referrals"),
        DeliveryKind.REFERRAL_ANNOUNCED: _("Call to a controller’s software: a referral"),
        DeliveryKind.WEBHOOK_CHALLENGE: _("Check of the address of a software"),
        DeliveryKind.WEBHOOK_TEST: _("Test call to a software"),
        DeliveryKind.REFERRAL_WITHDRAWN: _("Notice to a controller: withdrawal"),
        DeliveryKind.REPLY_RECEIVED: _("Notice to a controller: a reply"),
        DeliveryKind.REQUEST_WITHDRAWN: _("Notice to the person: withdrawal"),
        DeliveryKind.SECOND_READING: _("Reminder: a second reader is awaited"),
        DeliveryKind.SOMETHING_TO_READ: _("Notice to the person: something to read"),
        DeliveryKind.WHO_ACTS_CHANGED: _("Notice to a controller: who acts has changed"),
    }[kind]


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
