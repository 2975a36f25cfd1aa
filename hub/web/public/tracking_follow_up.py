"""After a "yes" to her objection: asking that the data already held be erased, in one step."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from hub.domain.follow_ups import follow_up
from hub.domain.rights import Right
from hub.domain.routing import CHOSEN, reasons_trace
from hub.errors import Conflict, NotFound, StorageUnavailable
from hub.queries.linked_requests import decided_of, follower_of
from hub.queries.visits import OpenVisit
from hub.sealing import Shredded
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise
from hub.services.filing_drafts import FilingDraft
from hub.services.following_up import erasure_draft
from hub.web.access import holder
from hub.web.form_fields import at_most
from hub.web.public.filing_course import go_on
from hub.web.public.filing_draft import SCOPE, file_once
from hub.web.public.filing_forms import LONGEST_STATEMENT
from hub.web.public.filing_sending import let_in
from hub.web.public.filing_state import FilingState
from hub.web.public.tracking_frame import request_of, to_request, tracking_nav
from hub.web.work import reading, request_keys

bp = Blueprint("tracking_follow_up", __name__, url_prefix="/suivre/effacement")


class ErasureForm(FlaskForm):
    """What she adds, if anything."""

    statement = TextAreaField(
        _l("Something to add?"),
        validators=[at_most(LONGEST_STATEMENT)],
    )


@bp.get("/<uuid:processing_id>")
@holder
def ask(visit: OpenVisit, processing_id: UUID) -> Any:
    """What asking for erasure means, and the one button that does it."""
    found = request_of(visit)
    decided = decided_of(reading(), found.id, processing_id)
    if decided is None or _opened_by(decided.right, decided) is not Right.ERASURE:
        raise NotFound(processing_id=processing_id)
    if follower_of(reading(), found.id, processing_id) is not None:
        return _asked_already()
    return _page(visit, processing_id, ErasureForm())


@bp.post("/<uuid:processing_id>")
@holder
def send(visit: OpenVisit, processing_id: UUID) -> Any:
    """File it, linked to the first; she gets its receipt and its own code."""
    form = ErasureForm()
    if not form.validate_on_submit():
        return _page(visit, processing_id, form), 422
    statement = (form.statement.data or "").strip()
    try:
        draft = erasure_draft(
            reading(),
            request_keys(),
            visit.rights_request_id,
            processing_id,
            statement=statement,
            scope=SCOPE,
        )
        filed = file_once(draft)
    except (StorageUnavailable, AlreadyFiling):
        form.form_errors.append(
            _("Nothing was recorded: wait a moment, then press the button again.")
        )
        return _page(visit, processing_id, form), 503
    except (KeyUsedOtherwise, Conflict):
        return _asked_already()
    except Shredded:
        flash(_("Your identity was deleted, as announced: make a new request instead."), "info")
        return to_request()
    response = go_on(_state(draft, processing_id, filed.reference), "filing_sending.receipt")
    return let_in(response, filed)


def _opened_by(right: Right, decided: Any) -> Right | None:
    return follow_up(right, decided.outcome, decided.ground)


def _asked_already() -> Any:
    flash(_("You have asked for this erasure already: its reference is below."), "info")
    return redirect(url_for("tracking.my_request"))


def _state(draft: FilingDraft, processing_id: UUID, reference: str) -> FilingState:
    """What her browser carries until she has noted the new code."""
    return FilingState(
        key=draft.idempotency_key,
        right=draft.right.value,
        choices={str(processing_id): reasons_trace([CHOSEN])},
        person=draft.person.as_facts(),
        statement=draft.statement,
        reference=reference,
    )


def _page(visit: OpenVisit, processing_id: UUID, form: ErasureForm) -> str:
    found = request_of(visit)
    titles = {
        item.processing_id: (item.title, referral)
        for referral in found.referrals
        for item in referral.items
    }
    if processing_id not in titles:
        raise NotFound(processing_id=processing_id)
    title, referral = titles[processing_id]
    return render_template(
        "public/tracking/erasure.html",
        nav=tracking_nav("request"),
        found=found,
        title=title,
        name=referral.organisation_name,
        decided=decided_of(reading(), found.id, processing_id),
        form=form,
        processing_id=processing_id,
    )
