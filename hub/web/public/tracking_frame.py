"""What every page of a person's visit shares: finding her request, doing an act, saying why not."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.actors import Actor, person
from hub.domain.working_days import local_date
from hub.errors import HubError, NotFound
from hub.queries.answer_gates import gates_of
from hub.queries.tracking import tracked_request
from hub.queries.tracking_rows import TrackedReferral, TrackedRequest
from hub.queries.visits import OpenVisit
from hub.services.unit_of_work import Work
from hub.web.work import ports, reading, request_keys, unit_of_work

Run = Callable[[Work], object]

REFUSALS = {
    "action_not_allowed": _l(
        "This can no longer be done: the request has moved on. Nothing was changed; look below at "
        "where it stands."
    ),
    "code_exhausted": _l("This code was mistyped too many times. Ask for a new one."),
    "conflict": _l("You have already replied to this question. Nothing was sent twice."),
    "link_no_longer_valid": _l("Your request no longer waits for a confirmation."),
    "sent_just_now": _l(
        "A message left less than two minutes ago. Look in your unwanted mail too."
    ),
    "sent_today": _l(
        "One message a day may leave for an address that is not confirmed yet, and three a week. "
        "The last one still works: look in your unwanted mail, or correct your address."
    ),
    "storage_full": _l("The disk of the service is full. Nothing was recorded; please call us."),
    "storage_unavailable": _l(
        "The service could not write just now. Nothing was recorded: wait a moment and try again."
    ),
}


def today() -> date:
    """The day in Paris."""
    return local_date(ports().clock.now())


def me(visit: OpenVisit) -> Actor:
    """The person of a visit, as an actor."""
    return person(visit.rights_request_id)


def tracked_of(visit: OpenVisit) -> TrackedRequest:
    """All that she may see now: an answer whose gate is closed comes without its content."""
    found = tracked_request(reading(), request_keys(), visit.rights_request_id)
    gates = gates_of(reading(), visit, ports().clock.now(), ports().policies.proofs)
    return found.withholding(
        {answer_id: gate for answer_id, gate in gates.items() if not gate.is_open}
    )


def request_of(visit: OpenVisit) -> TrackedRequest:
    """The same, for pages about controllers; raises NotFound (404) for an entry of the register."""
    found = tracked_of(visit)
    if found.is_registration:
        raise NotFound(rights_request_id=found.id)
    return found


def referral_of(found: TrackedRequest, referral_id: UUID) -> TrackedReferral:
    """One of her referrals; raises NotFound (404) for any other."""
    for one in found.referrals:
        if one.id == referral_id:
            return one
    raise NotFound(referral_id=referral_id)


def refusal_words(refusal: HubError) -> str:
    """Why an act was not done, for the person."""
    return str(REFUSALS.get(refusal.code) or _("This could not be done. Nothing was changed."))


def done_or_said(visit: OpenVisit, run: Run, said: str) -> Any:
    """Do an act that has no field, and say on her page what came of it."""
    try:
        with unit_of_work(me(visit)) as work:
            run(work)
    except NotFound:
        raise
    except HubError as refusal:
        flash(refusal_words(refusal), "late")
    else:
        flash(said, "ok")
    return to_request()


def to_request() -> Any:
    """Back to the page of her request."""
    return redirect(url_for("tracking.my_request"))


def tracking_nav(current: str) -> list[dict[str, Any]]:
    """The menu of a visit: her request, the summary, help."""
    entries = (
        ("request", _("My request"), url_for("tracking.my_request")),
        ("summary", _("Summary"), url_for("tracking_summary.summary")),
        ("help", _("Help"), url_for("pages.help_page")),
    )
    return [
        {"text": text, "href": href, "current": name == current} for name, text, href in entries
    ]
