"""Following a request: coming in with reference and secret code, its page, going out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.actors import person
from hub.domain.lifecycle import RequestState
from hub.errors import HubError
from hub.queries.confirmation_mails import confirmation_held_until
from hub.queries.lost_codes import asked_code
from hub.queries.repeated_requests import asked_before
from hub.queries.tracking_rows import TrackedRequest
from hub.queries.visits import OpenVisit
from hub.services.visits import RequestStopped, TooManyTries, close_visit, open_visit
from hub.web.access import anyone, holder
from hub.web.form_fields import PressForm
from hub.web.identification import after_leaving
from hub.web.law_words import outcome_words, right_words
from hub.web.public.filing_state import forget_state
from hub.web.public.tracking_band import band_of
from hub.web.public.tracking_forms import AddressForm, CodeForm, EnterForm
from hub.web.public.tracking_frame import me, today, tracked_of, tracking_nav
from hub.web.public.tracking_standing import standing_of
from hub.web.public.tracking_words import card_words
from hub.web.public.visit_cookie import end_visit, give_visit
from hub.web.retention_words import months_words
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("tracking", __name__)

GO_ON = (
    "/suivre/question/",
    "/suivre/reponse/",
    "/suivre/identite/",
    "/suivre/pas-a-moi/",
    "/suivre/resume",
    "/suivre/cnil",
    "/suivre/refus-europeen",
)
"""Pages to which an expired visit comes back; all of them only show."""


@bp.route("/suivre", methods=["GET", "POST"])
@anyone
def enter() -> Any:
    """Come in with the reference and the secret code."""
    form = EnterForm(data={"reference": request.args.get("reference", "")[:20]})
    if not form.validate_on_submit():
        return _enter_page(form, 422 if form.errors else 200)
    with unit_of_work(person()) as work:
        found = open_visit(work, form.reference.data, form.secret.data)
    if isinstance(found, HubError):
        return _refused(form, found)
    return give_visit(redirect(_after_visit()), found)


@bp.get("/suivre/ma-demande")
@holder
def my_request(visit: OpenVisit) -> Any:
    """The whole request: what to do now, then one card for each controller."""
    found = tracked_of(visit)
    if found.is_registration:
        return redirect(url_for("tracking_opt_out.status"))
    return request_page(found)


@bp.post("/suivre/quitter")
@holder
def leave(visit: OpenVisit) -> Any:
    """End the visit on this device, and take away the receipt, which shows the secret code."""
    with unit_of_work(me(visit)) as work:
        close_visit(work, visit.token)
    flash(
        _("You have left your request. Nobody can open it on this device without your code."), "ok"
    )
    return forget_state(end_visit(redirect(after_leaving(url_for("tracking.enter")))))


def request_page(
    found: TrackedRequest, code: CodeForm | None = None, address: AddressForm | None = None
) -> str:
    """The page of a request, with the forms of its confirmation as they stand."""
    waits = found.state is RequestState.AWAITING_CONFIRMATION
    day = today()
    return render_template(
        "public/tracking/request.html",
        nav=tracking_nav("request"),
        found=found,
        right=right_words(found.right),
        band=band_of(found, day),
        cards=[card_words(found, one, day) for one in found.referrals],
        standing_of=lambda one: standing_of(one, found.state, day),
        outcome_words=outcome_words,
        code=(code or CodeForm()) if waits else None,
        address=(address or AddressForm()) if waits else None,
        press=PressForm(),
        asked_before=asked_before(reading(), found.id),
        asked_code=asked_code(reading(), found.id, ports().clock.now()),
        held_until=confirmation_held_until(reading(), found.id, ports().clock.now()),
    )


def _enter_page(form: EnterForm, status: int) -> Any:
    expired = "expired" in request.args and not form.is_submitted()
    return render_template("public/tracking/enter.html", form=form, expired=expired), status


def _refused(form: EnterForm, refusal: HubError) -> Any:
    if isinstance(refusal, TooManyTries):
        form.form_errors.append(too_many_words(int(refusal.facts["seconds"])))
        return _enter_page(form, 429)
    if isinstance(refusal, RequestStopped):
        form.form_errors.append(
            _(
                "This request stands still: the person concerned told us that it was not made with "
                "her agreement. Nothing is lost. Call us: our number is at the foot of each page."
            )
        )
        return _enter_page(form, 403)
    words = _(
        "This reference and this secret code do not go together. Check both on your receipt, then "
        "try again. A request can no longer be opened %(period)s after its end: all of it is "
        "deleted then.",
        period=months_words(ports().policies.retention.procedure_months),
    )
    form.secret.errors = [words]
    return _enter_page(form, 422)


def too_many_words(seconds: int) -> str:
    """How long to wait after too many wrong tries."""
    if seconds < 60:
        wait = ngettext("%(num)s second", "%(num)s seconds", max(1, seconds))
    else:
        wait = ngettext("%(num)s minute", "%(num)s minutes", -(-seconds // 60))
    return _(
        "Too many wrong tries. Your request is safe: wait %(wait)s, then try again.", wait=wait
    )


def _after_visit() -> str:
    wanted = str(session.pop("after_visit", ""))
    return wanted if wanted.startswith(GO_ON) else url_for("tracking.my_request")
