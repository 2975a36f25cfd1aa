"""What the person does to her request: reply, withdraw, contest, say that it is settled."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _

from hub.domain.lifecycle import (
    Action,
    ActionNotAllowed,
    RequestState,
    actions_open,
)
from hub.errors import HubError, NotFound
from hub.models.answer import Direction
from hub.models.rights_request import KeyClass
from hub.queries.tracking_rows import Question, TrackedReferral, TrackedRequest
from hub.queries.visits import OpenVisit
from hub.services import answering, exchanging, rerouting
from hub.services.documents import (
    MOST_BYTES_FROM_PERSON,
    ReceivedFile,
    discard_files,
    enter_documents,
    receive_file,
)
from hub.services.referrals import referral_for
from hub.services.unit_of_work import Work
from hub.web.access import holder
from hub.web.file_words import KINDS, file_refusal_words, total_words
from hub.web.form_fields import PressForm
from hub.web.public.tracking_forms import MOST_FILES, ReplyForm
from hub.web.public.tracking_frame import (
    done_or_said,
    me,
    referral_of,
    refusal_words,
    request_of,
    to_request,
    today,
    tracking_nav,
)
from hub.web.work import ports, request_keys, settings, unit_of_work

bp = Blueprint("tracking_acts", __name__, url_prefix="/suivre")

SAID_LIMIT = 20_000_000
"""The limit of a file as it is told, in round megabytes; the true one is a little higher."""


@dataclass(frozen=True)
class ToConfirm:
    """An act that is asked about before it is done."""

    title: str
    text: tuple[str, ...]
    button: str
    kind: str = "primary"


@bp.route("/question/<uuid:message_id>", methods=["GET", "POST"])
@holder
def reply(visit: OpenVisit, message_id: UUID) -> Any:
    """Read a question and reply, with files if she wishes."""
    referral, question = _asked(request_of(visit), message_id)
    if not _may_reply(visit, referral, question):
        flash(_("This question no longer waits for a reply."), "info")
        return to_request()
    form = ReplyForm()
    if not form.validate_on_submit() or len(form.sent_files()) > MOST_FILES:
        return _reply_page(form, referral, question, _too_many(form))
    if not _takes_files(question) and form.sent_files():
        return _reply_page(form, referral, question, [_no_copies()])
    files, refused = _received(visit, form)
    if refused:
        return _reply_page(form, referral, question, refused)
    try:
        with unit_of_work(me(visit)) as work:
            _send(work, referral, question, form.text.data, files)
    except BaseException as failure:
        discard_files(ports(), files)
        if not isinstance(failure, HubError) or isinstance(failure, NotFound):
            raise
        form.form_errors.append(refusal_words(failure))
        return _reply_page(form, referral, question, [])
    flash(_sent_words(referral, question), "ok")
    return to_request()


@bp.route("/retirer", methods=["GET", "POST"])
@holder
def withdraw_all(visit: OpenVisit) -> Any:
    """Withdraw the whole request, after a page that says what it means."""
    found = request_of(visit)
    if found.state not in {RequestState.ACTIVE, RequestState.AWAITING_CONFIRMATION}:
        flash(_("There is nothing left to withdraw."), "info")
        return to_request()
    asked = ToConfirm(
        _("Withdraw my whole request?"),
        (
            _("The organisations that have not answered are told to stop. They will not answer."),
            _("Answers already given stay readable. You can make a new request at any time."),
        ),
        _("Withdraw my request"),
        "danger",
    )
    said = _("Your request is withdrawn.")
    return _confirmed(
        visit, asked, lambda work: rerouting.withdraw_request(work, visit.rights_request_id), said
    )


@bp.route("/retirer/<uuid:referral_id>", methods=["GET", "POST"])
@holder
def withdraw_one(visit: OpenVisit, referral_id: UUID) -> Any:
    """Withdraw the request to one controller only."""
    referral = referral_of(request_of(visit), referral_id)
    name = referral.organisation_name
    asked = ToConfirm(
        _("Withdraw my request to %(name)s?", name=name),
        (_("It will not answer you. Your request to the others goes on."),),
        _("Withdraw this request"),
        "danger",
    )
    said = _("Your request to %(name)s is withdrawn.", name=name)
    return _if_open(visit, referral, Action.WITHDRAW) or _confirmed(
        visit, asked, lambda work: rerouting.withdraw_referral(work, referral_id), said
    )


@bp.route("/contester/<uuid:referral_id>", methods=["GET", "POST"])
@holder
def contest(visit: OpenVisit, referral_id: UUID) -> Any:
    """Contest an answer, once: the controller must look at it again."""
    referral = referral_of(request_of(visit), referral_id)
    name = referral.organisation_name
    if referral.contested_once:
        flash(_("You have already contested this answer: it can be done once."), "info")
        return to_request()
    asked = ToConfirm(
        _("Contest the answer of %(name)s?", name=name),
        (
            _("The organisation must look at your request again. You can do this once."),
            _(
                "The law gives it no new date for that: the date of its first answer stays, and no "
                "month begins again."
            ),
            _(
                "You can go to the CNIL at any time, without waiting for its new answer. Nor does "
                "this stop the time limit for the court."
            ),
        ),
        _("Contest this answer"),
    )
    said = _("Your objection is passed on. %(name)s must look at its answer again.", name=name)
    return _if_open(visit, referral, Action.CONTEST) or _confirmed(
        visit, asked, lambda work: answering.contest(work, referral_id), said
    )


@bp.route("/termine/<uuid:referral_id>", methods=["GET", "POST"])
@holder
def settle(visit: OpenVisit, referral_id: UUID) -> Any:
    """Say that one controller's case is over for her."""
    referral = referral_of(request_of(visit), referral_id)
    asked = ToConfirm(
        _("Is this settled for you?"),
        (
            _("We close the case at %(name)s.", name=referral.organisation_name),
            _("The answer stays readable, but you can no longer contest it here."),
        ),
        _("Yes, it is settled"),
    )
    said = _("The case at %(name)s is closed.", name=referral.organisation_name)
    return _if_open(visit, referral, Action.CLOSE) or _confirmed(
        visit, asked, lambda work: answering.close(work, referral_id), said
    )


def _confirmed(visit: OpenVisit, asked: ToConfirm, run: Any, said: str) -> Any:
    form = PressForm()
    if form.validate_on_submit():
        return done_or_said(visit, run, said)
    return render_template(
        "public/tracking/confirm_act.html", nav=tracking_nav("request"), asked=asked, form=form
    )


def _if_open(visit: OpenVisit, referral: TrackedReferral, action: Action) -> Any:
    if action in _open_to(visit, referral):
        return None
    flash(refusal_words(ActionNotAllowed(action=action.value)), "info")
    return to_request()


def _may_reply(visit: OpenVisit, referral: TrackedReferral, question: Question) -> bool:
    """Whether her reply still counts: a late one does, until another way has ended the case."""
    if question in referral.closed_questions:
        return True
    return question.replied_at is None and Action.REPLY in _open_to(visit, referral)


def _open_to(visit: OpenVisit, referral: TrackedReferral) -> frozenset[Action]:
    return actions_open(me(visit), referral.state)


def _asked(found: TrackedRequest, message_id: UUID) -> tuple[TrackedReferral, Question]:
    for referral in found.referrals:
        for question in referral.questions:
            if question.id == message_id:
                return referral, question
    raise NotFound(message_id=message_id)


def _reply_page(
    form: ReplyForm, referral: TrackedReferral, question: Question, refused: list[str]
) -> Any:
    if refused:
        again = _("No file was kept: choose all of them again.")
        form.files.errors = [" ".join([*refused, again])]
    elif form.sent_files():
        form.files.errors = [_("Choose your files again: the browser forgets them.")]
    page = render_template(
        "public/tracking/reply.html",
        nav=tracking_nav("request"),
        form=form,
        referral=referral,
        question=question,
        kinds=KINDS,
        today=today(),
        limit=SAID_LIMIT,
        total=total_words(settings().max_body_bytes),
        most=MOST_FILES,
        takes_files=_takes_files(question),
    )
    return (page, 422) if form.is_submitted() else page


def _takes_files(question: Question) -> bool:
    """No copy of an identity document comes in unless the hub's policy says so (EDPB §79)."""
    return bool(ports().policies.identity.takes_copies) or not question.is_identity_check


def _no_copies() -> str:
    return _(
        "To show who you are, write it: we take no copy of an identity document here. If the "
        "organisation must see one, it will say how."
    )


def _too_many(form: ReplyForm) -> list[str]:
    if len(form.sent_files()) <= MOST_FILES:
        return []
    return [_("%(most)s files at most.", most=MOST_FILES)]


def _received(visit: OpenVisit, form: ReplyForm) -> tuple[list[ReceivedFile], list[str]]:
    """The files, checked and sealed before any lock is taken, and why some were refused."""
    kept: list[ReceivedFile] = []
    refused: list[str] = []
    if not form.sent_files():
        return kept, refused
    key = request_keys().key(visit.rights_request_id, KeyClass.CONTENT)
    for one in form.sent_files():
        name = str(one.filename)
        try:
            kept.append(
                receive_file(ports(), name, one.stream, sealed_to=key, limit=MOST_BYTES_FROM_PERSON)
            )
        except HubError as refusal:
            refused.append(file_refusal_words(name, refusal))
    if refused:
        discard_files(ports(), kept)
        kept = []
    return kept, refused


def _send(
    work: Work,
    referral: TrackedReferral,
    question: Question,
    text: str,
    files: list[ReceivedFile],
) -> None:
    message_id = exchanging.reply(work, referral.id, question.id, text)
    row = referral_for(work, referral.id, Action.VIEW)
    enter_documents(work, row, files, direction=Direction.FROM_PERSON, message_id=message_id)


def _sent_words(referral: TrackedReferral, question: Question) -> str:
    facts = {"name": referral.organisation_name}
    if question.is_identity_check and referral.clock.paused_since:
        return _("Your reply has gone to %(name)s. Its time to answer runs again.", **facts)
    return _("Your reply has gone to %(name)s.", **facts)
