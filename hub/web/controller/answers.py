"""Answering a case: write, check what the person will read, send; correct; answered elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO
from uuid import UUID

from flask import Blueprint, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, ActorKind
from hub.domain.lifecycle import Action
from hub.domain.outcomes import GRANTING
from hub.domain.permissions import Permission
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.errors import HubError, NotFound
from hub.models.answer import AnswerState, OutsideChannel
from hub.queries.letters import Letter, Signatory
from hub.queries.linked_requests import LinkedReferral, linked_referrals
from hub.queries.readers import last_signature, readers_of
from hub.queries.referral_rows import AnswerLine, ReferralPage
from hub.queries.repeated_requests import earlier_requests, joined_with
from hub.queries.uploads import WaitingFile, waiting_files
from hub.services import answering
from hub.services.answer_writing import Signature
from hub.services.documents import ReceivedFile, discard_files, receive_file
from hub.services.second_reading import awaits_reader
from hub.web.access import member
from hub.web.answer_letter import letter_paper, previewed_letter
from hub.web.confirmation import lately_confirmed_for_file
from hub.web.controller.answer_forms import NOT_READ, AnswerForms, Reading, Repeats, answer_forms
from hub.web.controller.answer_mail import OF_THIS_FORM, MailOfAnswer, mail_of_answer
from hub.web.controller.case_frame import (
    act_page,
    act_refused,
    case_of,
    say_refused,
    to_case,
    whose_page,
)
from hub.web.controller.inbox import organisation_of
from hub.web.controller.refusals import refusal_words
from hub.web.file_words import KINDS, file_refusal_words, limit_words, total_words
from hub.web.kept_letters import letter_download, letter_kept
from hub.web.law_words import (
    articles_words,
    channel_words,
    ground_words,
    instead_words,
    outcome_words,
    words_of,
)
from hub.web.letter_vocabulary import CAPACITIES_SIGNED
from hub.web.work import ports, reading, request_keys, settings, unit_of_work

bp = Blueprint("answers", __name__, url_prefix="/dossiers/<uuid:referral_id>")

MOST_FILES = 10
KEPT, KEPT_SHOWN = "kept_file", "kept_files_shown"
WAITING, WAITING_SHOWN = "waiting_file", "waiting_files_shown"
NEVER_CARRIED = {"csrf_token", "step", KEPT, KEPT_SHOWN, WAITING, WAITING_SHOWN, *OF_THIS_FORM}


class FilesRefused(Exception):
    """Some files were not taken; `sentences` says which and why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("files refused")
        self.sentences = sentences


@dataclass(frozen=True)
class Way:
    """One of the three ways to answer: its action, its page and what is said once it is done."""

    action: Action
    said: str
    outside: bool = False


@bp.route("/repondre", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def answer(actor: Actor, referral_id: UUID) -> Any:
    """Answer item by item, with a letter and files."""
    way = Way(Action.ANSWER, _("The answer is sent. The person is told that she can read it."))
    return answer_steps(actor, referral_id, way)


@bp.get("/lettre/<uuid:answer_id>.pdf")
@member(Permission.READ_REFERRALS)
@lately_confirmed_for_file
def letter(actor: Actor, referral_id: UUID, answer_id: UUID) -> Response:
    """The letter of an answer that was sent, as the person has it."""
    case_of(actor, referral_id)
    return letter_download(actor, answer_id, organisation_id=organisation_of(actor))


@bp.route("/corriger", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def correct(actor: Actor, referral_id: UUID) -> Any:
    """Send a new answer in place of the last one."""
    said = _("The corrected answer is sent. The earlier one stays readable, marked as replaced.")
    return answer_steps(actor, referral_id, Way(Action.CORRECT_ANSWER, said))


@bp.route("/hors-service", methods=["GET", "POST"])
@member(Permission.WORK_REFERRALS)
def outside(actor: Actor, referral_id: UUID) -> Any:
    """Record an answer that was given by another way."""
    said = _("The answer given elsewhere is recorded. The person is told.")
    return answer_steps(actor, referral_id, Way(Action.RECORD_OUTSIDE_ANSWER, said, outside=True))


def answer_steps(actor: Actor, referral_id: UUID, way: Way) -> Any:
    """Write, check, send: the same steps for a member and for a contact who came by a link."""
    case = case_of(actor, referral_id)
    forms = answer_forms(
        case,
        outside=way.outside,
        last=_last(case, way),
        repeats=_repeats_of(case),
        reading=_reading_of(actor, case, way),
        signature=_signature_of(actor, case),
    )
    step = request.form.get("step")
    mail = mail_of_answer(actor, case)
    if request.method == "GET":
        forms.letter.text.data = mail.text or forms.letter.text.data or _joined_text(actor, case)
        return act_refused(actor, case, way.action) or _write(actor, case, forms, way, mail)
    if step == "edit" or not forms.valid():
        return _write(actor, case, forms, way, mail)
    if step != "send":
        return _check(actor, case, forms, way)
    return _send(actor, case, forms, way)


def _send(actor: Actor, case: ReferralPage, forms: AnswerForms, way: Way) -> Any:
    mail = mail_of_answer(actor, case)
    try:
        ready = _ready(case, way)
        already = len(_taken_over(case, way)) + len(ready)
        files = received_files(case, already, mail.files())
    except FilesRefused as refused:
        return _check(actor, case, forms, way, refused.sentences)
    service = answering.correct_answer if way.action is Action.CORRECT_ANSWER else answering.answer
    try:
        with unit_of_work(actor) as work:
            draft = replace(forms.draft(files, _taken_over(case, way)), uploads=ready)
            answer_id = service(work, case.id, draft)
            mail.settle(work, answer_id)
            waits = awaits_reader(work, answer_id)
    except BaseException as failure:
        discard_files(ports(), files)
        if isinstance(failure, NotFound):
            abort(404)
        if not isinstance(failure, HubError):
            raise
        if failure.facts.get("field") == "files":
            return _check(actor, case, forms, way, [refusal_words(failure)])
        say_refused(forms.letter, failure, case.id)
        return _write(actor, case, forms, way, mail)
    if not waits and not way.outside:
        letter_kept(actor, answer_id)
    flash(_awaited(forms) if waits else way.said, "ok")
    return to_case(case.id, actor)


def _awaited(forms: AnswerForms) -> str:
    names = ", ".join(one.name for one in forms.reading.readers)
    return _(
        "Nothing has left yet: a second reader must approve it. Who may: %(names)s.", names=names
    )


def _taken_over(case: ReferralPage, way: Way) -> tuple[UUID, ...]:
    """Which files of the answer sent back stay: all, until some are unticked."""
    if way.outside:
        return ()
    known = tuple(one.id for one in case.files_sent_back)
    if KEPT_SHOWN not in request.form:
        return known
    ticked = set(request.form.getlist(KEPT))
    return tuple(one for one in known if str(one) in ticked)


def _ready(case: ReferralPage, way: Way) -> tuple[UUID, ...]:
    """Which files that came in parts go with this answer: all, until some are unticked."""
    ticked = set(request.form.getlist(WAITING))
    known = _waiting(case, way)
    if WAITING_SHOWN not in request.form and not ticked:
        return tuple(one.id for one in known)
    return tuple(one.id for one in known if str(one.id) in ticked)


def _waiting(case: ReferralPage, way: Way) -> tuple[WaitingFile, ...]:
    return () if way.outside else waiting_files(reading(), request_keys(), case.id)


def received_files(
    case: ReferralPage, already: int = 0, from_mail: Sequence[tuple[str, BinaryIO]] = ()
) -> tuple[ReceivedFile, ...]:
    """The files of this call and of a mail, sealed to the person before any lock is taken.

    Raises FilesRefused.
    """
    uploads = [one for one in request.files.getlist("files") if one.filename]
    sent = [*from_mail, *((str(one.filename), one.stream) for one in uploads)]
    kept: list[ReceivedFile] = []
    sentences: list[str] = []
    if len(sent) + already > MOST_FILES:
        raise FilesRefused([_("Ten files at most: put the others in an archive (.zip).")])
    for name, stream in sent:
        try:
            kept.append(_sealed(case, name, stream))
        except HubError as refusal:
            sentences.append(file_refusal_words(name, refusal))
    if sentences:
        discard_files(ports(), kept)
        raise FilesRefused(sentences)
    return tuple(kept)


def _sealed(case: ReferralPage, name: str, stream: Any) -> ReceivedFile:
    limit = settings().max_file_bytes
    return receive_file(ports(), name, stream, sealed_to=case.box_public, limit=limit)


def _write(
    actor: Actor, case: ReferralPage, forms: AnswerForms, way: Way, mail: MailOfAnswer
) -> Any:
    had_files = any(one.filename for one in request.files.getlist("files"))
    return act_page(
        "answer_write",
        case,
        forms.letter,
        forms=forms,
        way=way,
        errors_of_items=forms.errors(),
        had_files=had_files,
        mail=mail,
        taken_over=_taken_over(case, way),
        kept_shown=KEPT_SHOWN in request.form,
        grounds_exist=any(one.grounds for one in forms.items),
        ground_words=ground_words,
        articles_words=articles_words,
        words_of=words_of,
        instead_words=instead_words,
        upheld=_upheld(case),
        **whose_page(actor, case),
    )


def _check(
    actor: Actor,
    case: ReferralPage,
    forms: AnswerForms,
    way: Way,
    refused_files: list[str] | None = None,
) -> Any:
    kept = [
        (name, value) for name, value in request.form.items(multi=True) if name not in NEVER_CARRIED
    ]
    return act_page(
        "answer_check",
        case,
        forms.letter,
        forms=forms,
        way=way,
        kept=kept,
        errors_of_items=[{"text": text, "href": "#files"} for text in refused_files or []],
        refused_files=refused_files or [],
        files_sent_back=() if way.outside else case.files_sent_back,
        taken_over=_taken_over(case, way),
        mail=mail_of_answer(actor, case),
        waiting=_waiting(case, way),
        ready=_ready(case, way),
        parts_url=_parts_url(actor, case, way),
        most_bytes=settings().max_answer_bytes,
        most_in_parts=limit_words(settings().max_answer_bytes),
        kinds=KINDS,
        limit=limit_words(settings().max_file_bytes),
        total=total_words(settings().max_body_bytes),
        outcome_words=outcome_words,
        ground_words=ground_words,
        outside_channel=_channel(forms),
        paper=None if way.outside else letter_paper(_previewed(actor, case, forms)),
        **whose_page(actor, case),
    )


def _parts_url(actor: Actor, case: ReferralPage, way: Way) -> str:
    """Where the page sends large files in parts; empty where the answer was given elsewhere."""
    if way.outside:
        return ""
    if actor.kind is ActorKind.CONTACT:
        return url_for("uploads_by_link.begin_by_link")
    return url_for("uploads.begin", referral_id=case.id)


def _previewed(actor: Actor, case: ReferralPage, forms: AnswerForms) -> Letter:
    """The letter as it would leave now."""
    draft = forms.draft(())
    signatory = Signatory(actor.name, draft.signature.capacity, draft.signature.service)
    return previewed_letter(case, ports().clock.now(), draft, signatory)


def _channel(forms: AnswerForms) -> str:
    if forms.outside is None:
        return ""
    return channel_words(OutsideChannel(forms.outside.channel.data))


def _last(case: ReferralPage, way: Way) -> AnswerLine | None:
    """What the form begins with: the answer sent back, or the one to correct."""
    if way.outside:
        return None
    if case.sent_back is not None:
        return case.sent_back
    if way.action is not Action.CORRECT_ANSWER:
        return None
    return next((one for one in case.answers if one.state is AnswerState.SENT), None)


def _reading_of(actor: Actor, case: ReferralPage, way: Way) -> Reading:
    if way.outside or not case.second_reader_wanted:
        return NOT_READ
    return Reading(True, readers_of(reading(), case.organisation_id, actor.id))


def _upheld(case: ReferralPage) -> LinkedReferral | None:
    """The objection that this erasure follows, once it is upheld (GDPR 17(1)(c))."""
    links = linked_referrals(reading(), case.rights_request_id, case.organisation_id)
    return next(
        (
            one
            for one in links
            if one.is_earlier and one.right is Right.OBJECTION and one.outcome in GRANTING
        ),
        None,
    )


def _joined_text(actor: Actor, case: ReferralPage) -> str:
    """The letter that answered the request to which this one is joined, to be sent here too."""
    first = next((one for one in joined_with(reading(), case.id) if one.is_earlier), None)
    if first is None or not first.is_answered or actor.kind is ActorKind.CONTACT:
        return ""
    answers = case_of(actor, first.id).answers
    return next((one.text for one in answers if one.state is AnswerState.SENT), "")


def _repeats_of(case: ReferralPage) -> Repeats:
    earlier = earlier_requests(reading(), case.id)
    return Repeats(earlier, local_date(case.received_at), ports().policies.repeats)


def _signature_of(actor: Actor, case: ReferralPage) -> Signature:
    """As she last signed; else by her role, for the service that answers."""
    known = last_signature(reading(), actor.id, case.organisation_id)
    capacity = known.capacity or ", ".join(
        str(CAPACITIES_SIGNED[role]) for role in sorted(actor.roles & CAPACITIES_SIGNED.keys())
    )
    return Signature(capacity, known.service)
