"""The answers she got: opening one, its page, and its files, opened with the key of her visit."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.follow_ups import follow_up
from hub.domain.lifecycle import Action, actions_open
from hub.domain.outcomes import REFUSING
from hub.domain.retention import answer_kept_until
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import NotFound
from hub.models.answer import Document
from hub.port_errors import FileMissing, FilesUnavailable
from hub.queries.represented import is_sealed_to_former
from hub.queries.tracking import cleaned_copy_of, document_for_person
from hub.queries.tracking_exchanges import openings_of
from hub.queries.tracking_rows import SaidOfItem, TrackedAnswer, TrackedReferral, TrackedRequest
from hub.queries.visits import OpenVisit
from hub.sealing import Place
from hub.services.answering import read_answer
from hub.services.documents import open_document
from hub.services.files_again import ask_files_again
from hub.services.tickets import give_ticket, use_ticket
from hub.web.access import holder
from hub.web.downloads import away_words, download_of
from hub.web.file_words import caution_words
from hub.web.form_fields import PressForm
from hub.web.kept_letters import letter_download
from hub.web.law_words import channel_words, ground_words, outcome_words, words_of
from hub.web.notification_words import words_for_person
from hub.web.public.tracking_frame import (
    done_or_said,
    me,
    request_of,
    to_request,
    today,
    tracking_nav,
)
from hub.web.public.tracking_identity import prove_first
from hub.web.public.tracking_standing import DONE, is_still_to_apply
from hub.web.remedies import CNIL_POSTAL, court_words
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("tracking_answers", __name__, url_prefix="/suivre")


@bp.post("/reponse/<uuid:answer_id>")
@holder
def read(visit: OpenVisit, answer_id: UUID) -> Response:
    """Open an answer: that she has read it is written down, then it is shown.

    One that holds data opens to who has proved her identity (RULES §4.1, GDPR 32).
    """
    if (first := prove_first(visit, answer_id)) is not None:
        return first
    with unit_of_work(me(visit)) as work:
        read_answer(work, answer_id)
    return redirect(url_for("tracking_answers.answer", answer_id=answer_id))


@bp.get("/reponse/<uuid:answer_id>")
@holder
def answer(visit: OpenVisit, answer_id: UUID) -> Any:
    """One answer: what was decided and why, the letter, its files, and what she can do next."""
    if (first := prove_first(visit, answer_id)) is not None:
        return first
    found = request_of(visit)
    referral, given = _given(found, answer_id)
    actions = frozenset() if given.is_replaced else actions_open(me(visit), referral.state)
    return render_template(
        "public/tracking/answer.html",
        nav=tracking_nav("request"),
        referral=referral,
        answer=given,
        others=[one for one in referral.answers if one.id != given.id],
        outcome_words=outcome_words,
        words_of=words_of,
        follow_ups=_follow_ups(found, given),
        ground_words=ground_words,
        outside=channel_words(given.outside_channel) if given.outside_channel else "",
        may_contest=Action.CONTEST in actions and not referral.contested_once,
        may_settle=Action.CLOSE in actions,
        is_refusal=any(one.outcome in REFUSING for one in given.items),
        is_to_apply=is_still_to_apply(referral, found.right) and not given.is_replaced,
        cnil_postal=CNIL_POSTAL,
        court=court_words(referral.organisation_kind),
        court_from=words_for_person(
            given, referral.organisation_kind, today(), agreed=found.notified_online
        ),
        kept_until=_kept_until(given, referral),
        openings=openings_of(reading(), visit.rights_request_id, given.files),
        caution_words=caution_words,
        today=today(),
        press=PressForm(),
    )


@bp.get("/lettre/<uuid:answer_id>.pdf")
@holder
def letter(visit: OpenVisit, answer_id: UUID) -> Response:
    """The letter of an answer, to print or keep: for the CNIL, for a court."""
    if (first := prove_first(visit, answer_id)) is not None:
        return first
    return letter_download(me(visit), answer_id, rights_request_id=visit.rights_request_id)


@bp.post("/fichier/<uuid:document_id>")
@holder
def file(visit: OpenVisit, document_id: UUID) -> Response:
    """Ask for one file: the answer is its ticket, for this visit, once."""
    found = document_for_person(reading(), visit.rights_request_id, document_id)
    if found.answer_id and (first := prove_first(visit, found.answer_id)) is not None:
        return first
    if is_sealed_to_former(reading(), found):
        flash(
            _(
                "Your present code does not open this file: it was sealed for the former one. On "
                "the page of the answer, one button asks for it again."
            ),
            "late",
        )
        return to_request()
    cleaned = request.form.get("copy") == "cleaned"
    with unit_of_work(me(visit)) as work:
        ticket = give_ticket(work, document_id, visit.token, cleaned=cleaned)
    return redirect(url_for("tracking_answers.download", ticket=ticket), 303)


@bp.get("/telechargement/<ticket>")
@holder
def download(visit: OpenVisit, ticket: str) -> Response:
    """Hand over one file; her key exists only while her visit lasts, and only for this."""
    with unit_of_work(me(visit)) as work:
        granted = use_ticket(work, ticket, visit.token)
    if granted is None:
        flash(_("This download is over: press “Save” again."), "info")
        return to_request()
    found = document_for_person(reading(), visit.rights_request_id, granted.document_id)
    title, kept, size = _wanted(found, cleaned=granted.cleaned)
    private = ports().keyring.open_for_visit(visit.box_sealed, visit.token)
    try:
        content = ports().files.read(kept, opened_with=private)
    except FilesUnavailable:
        flash(away_words(), "late")
        return to_request()
    except FileMissing:
        flash(
            _("This file is no longer kept. Call us: the organisation can send it again."), "late"
        )
        return to_request()
    with unit_of_work(me(visit)) as work:
        open_document(work, found)
    return download_of(content, title, size)


@bp.post("/reponse/<uuid:answer_id>/redemander")
@holder
def ask_again(visit: OpenVisit, answer_id: UUID) -> Any:
    """Ask the organisation for the files that her new code does not open."""
    referral, _given_answer = _given(request_of(visit), answer_id)
    if not PressForm().validate_on_submit():
        return to_request()
    return done_or_said(
        visit,
        lambda work: ask_files_again(work, referral.id),
        _("The organisation is asked to send the files again. We write to you when they are here."),
    )


def _wanted(found: Document, *, cleaned: bool) -> tuple[str, str, int]:
    """The name under which a file is saved, where it lies, and its size."""
    place = Place(found.rights_request_id, "document.title_sealed", found.id)
    title = request_keys().open(place, found.title_sealed)
    if not cleaned:
        return title, str(found.storage_key), found.size
    copy = cleaned_copy_of(reading(), found.id)
    return _("safe copy - %(title)s", title=title), copy.storage_key, copy.size


def _kept_until(given: TrackedAnswer, referral: TrackedReferral) -> date | None:
    """The last day to open an answer; None while its case is open again, and so kept."""
    if referral.state not in DONE:
        return None
    saved = [one.opened_at for one in given.files]
    downloaded_on = local_date(max(filter(None, saved))) if saved and all(saved) else None
    policy = ports().policies.retention
    told_on = local_date(given.deletion_told_at) if given.deletion_told_at else None
    return answer_kept_until(local_date(given.sent_at), downloaded_on, told_on, policy)


def _follow_ups(found: TrackedRequest, given: TrackedAnswer) -> list[tuple[Right, SaidOfItem]]:
    """What she may ask next because of this answer, and about which processing."""
    if given.is_replaced:
        return []
    nexts = [(follow_up(found.right, one.outcome, one.ground), one) for one in given.items]
    return [(right, one) for right, one in nexts if right is not None]


def _given(found: TrackedRequest, answer_id: UUID) -> tuple[TrackedReferral, TrackedAnswer]:
    for referral in found.referrals:
        for one in referral.answers:
            if one.id == answer_id:
                return referral, one
    raise NotFound(answer_id=answer_id)
