"""The page of one case, its documents, and the acts that take one gesture."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.audit_log import EventKind
from hub.domain.legal_bases import Context
from hub.domain.lifecycle import WORKABLE, Action
from hub.domain.medical_file import medical_file_times
from hub.domain.permissions import Permission, may_enter
from hub.domain.working_days import local_date
from hub.errors import NotFound
from hub.models.answer import Direction
from hub.models.exchange import MessageKind
from hub.queries.identity_documents import identity_copies
from hub.queries.identity_ways import vouched_for, ways_of
from hub.queries.inbound_mail import waiting_of_case
from hub.queries.inbox import choices_of
from hub.queries.incidents import incidents_on
from hub.queries.linked_requests import linked_referrals
from hub.queries.readers import Reader, readers_of
from hub.queries.referral_rows import DocumentLine, ReferralPage
from hub.queries.repeated_requests import AlikeReferral, alike_open, joined_with
from hub.queries.representation import parents_kept_out
from hub.queries.sightings import sightings_of
from hub.services import exchanging, working
from hub.services.opening import open_referral
from hub.web.access import member
from hub.web.account_sessions import session_here
from hub.web.acknowledgement_paper import (
    acknowledgement_file_name,
    acknowledgement_pdf,
    missing_words,
    paper_rows,
)
from hub.web.clock_words import explain, summary
from hub.web.confirmation import lately_confirmed_for_file
from hub.web.controller.act_forms import AssignForm, LabelForm, NoteForm
from hub.web.controller.case_frame import (
    act_page,
    case_of,
    done_or_said,
    open_actions,
    to_case,
    tried,
)
from hub.web.controller.case_words import (
    identifier_label,
    next_act_words,
    person_rows,
    representation_limits,
    representative_rows,
    timeline_rows,
    why_here,
)
from hub.web.controller.handing_over import handed_over, ticket_for
from hub.web.controller.inbox import organisation_of, today
from hub.web.controller.words import WAITING_TERMS, deadline_words
from hub.web.downloads import download_of
from hub.web.identity_vocabulary import KNOWN_BY, PROOF_MEANS
from hub.web.identity_words import needs_words_for_staff
from hub.web.law_words import (
    action_words,
    channel_words,
    ground_words,
    outcome_words,
    referral_state_words,
    right_term,
    words_of,
)
from hub.web.locale import current_language
from hub.web.medical_file_words import earliest_words, medical_file_words
from hub.web.notification_words import words_for_staff
from hub.web.representation_words import SEEN, VERDICTS
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("referral", __name__, url_prefix="/dossiers/<uuid:referral_id>")


@bp.get("")
@member(Permission.READ_REFERRALS)
def case(actor: Actor, referral_id: UUID) -> str:
    """Everything of a case; opening it is written in its log, once a day for each member."""
    found = case_of(actor, referral_id)
    if not _opened_today(actor, found):
        with unit_of_work(actor) as work:
            open_referral(work, referral_id)
    actions = open_actions(actor, found)
    readers = readers_of_pending(found)
    return render_template(
        "controller/case.html",
        case=found,
        actions=actions,
        band=next_act_words(found, today(), readers),
        is_own_answer=found.pending is not None and found.pending.author_id == actor.id,
        timeline_rows=timeline_rows(found, today()),
        person=person_rows(found.person),
        representative=representative_rows(found.person),
        limits=representation_limits(found, today(), kept_out=_kept_out(found)),
        sightings=sightings_of(reading(), request_keys(), found.rights_request_id, referral_id),
        copies=identity_copies(reading(), referral_id),
        ways=ways_of(reading(), referral_id, ports().clock.now()),
        received_mails=_received_mails(actor, referral_id),
        frozen=incidents_on(reading(), [one.id for one in found.answers]),
        vouched=vouched_for(reading(), request_keys(), referral_id),
        known_by=KNOWN_BY,
        proof_means=PROOF_MEANS,
        answer_needs=needs_words_for_staff(found.right, [one.answer_level for one in found.items]),
        notified_words=partial(
            words_for_staff,
            kind=found.sender.kind,
            today=today(),
            agreed=bool(found.person.get("notified_online")),
        ),
        seen_words=SEEN,
        verdict_words=VERDICTS,
        alike=_alike(found, actions),
        joined=joined_with(reading(), referral_id),
        links=linked_referrals(reading(), found.rights_request_id, found.organisation_id),
        right_term=right_term,
        note_form=NoteForm() if Action.NOTE in actions else None,
        assign_form=_assign_form(actor, found) if Action.ASSIGN in actions else None,
        label_form=LabelForm(data={"label": found.label}) if Action.ASSIGN in actions else None,
        **_clock_words(found),
        **_case_words(found),
    )


def _alike(found: ReferralPage, actions: frozenset[Action]) -> tuple[AlikeReferral, ...]:
    """The other open requests of the person for the same, for who may join them."""
    if Action.JOIN not in actions or found.is_disputed:
        return ()
    return alike_open(reading(), found.id)


def _received_mails(actor: Actor, referral_id: UUID) -> list[UUID]:
    """The mails that a member who works on the case must decide on."""
    if not may_enter(actor.roles, Permission.WORK_REFERRALS):
        return []
    return waiting_of_case(reading(), referral_id)


@bp.post("/documents/<uuid:document_id>")
@member(Permission.READ_REFERRALS)
@lately_confirmed_for_file
def document(actor: Actor, referral_id: UUID, document_id: UUID) -> Response:
    """Ask for a file that the person sent: the answer is its ticket, for this session, once."""
    ticket = ticket_for(actor, referral_id, document_id, session_here().id.bytes)
    return redirect(url_for("referral.download", referral_id=referral_id, ticket=ticket), 303)


@bp.get("/telechargement/<ticket>")
@member(Permission.READ_REFERRALS)
def download(actor: Actor, referral_id: UUID, ticket: str) -> Response:
    """Hand over one file; its opening is written in the log."""
    file = handed_over(actor, referral_id, ticket, session_here().id.bytes)
    return file or to_case(case_of(actor, referral_id).id)


@bp.get("/accuse/<uuid:acknowledgement_id>.pdf")
@member(Permission.READ_REFERRALS)
def acknowledgement(actor: Actor, referral_id: UUID, acknowledgement_id: UUID) -> Response:
    """An acknowledgement of receipt, as the person has it."""
    for kept in case_of(actor, referral_id).acknowledgements:
        if kept.id == acknowledgement_id and kept.content:
            pdf = acknowledgement_pdf(kept, kept.content)
            return download_of(pdf, acknowledgement_file_name(kept.content))
    raise NotFound(acknowledgement_id=acknowledgement_id)


@bp.post("/accuser")
@member(Permission.WORK_REFERRALS)
def acknowledge(actor: Actor, referral_id: UUID) -> Any:
    """Say that the request was received."""
    said = _("Receipt is acknowledged. The person sees it on her page.")
    return done_or_said(
        actor, referral_id, lambda work: working.acknowledge(work, referral_id), said
    )


@bp.post("/reprendre")
@member(Permission.WORK_REFERRALS)
def resume(actor: Actor, referral_id: UUID) -> Any:
    """Start the clock again."""
    said = _("The clock runs again. The person is told.")
    return done_or_said(actor, referral_id, lambda work: exchanging.resume(work, referral_id), said)


@bp.post("/note")
@member(Permission.WORK_REFERRALS)
def note(actor: Actor, referral_id: UUID) -> Any:
    """Add an internal note."""
    form = NoteForm()
    if form.validate_on_submit() and tried(
        actor,
        referral_id,
        form,
        lambda work: exchanging.add_note(work, referral_id, form.text.data),
    ):
        flash(_("The note is added. The person will never see it."), "ok")
        return to_case(referral_id)
    return act_page("note", case_of(actor, referral_id), form)


@bp.post("/affectation")
@member(Permission.WORK_REFERRALS)
def assign(actor: Actor, referral_id: UUID) -> Any:
    """Put a member in charge, or nobody."""
    form = _assign_form(actor, case_of(actor, referral_id))
    if not form.validate_on_submit():
        flash(_("This member is no longer in your team. Nothing was changed."), "late")
        return to_case(referral_id)
    member_id = UUID(form.member.data) if form.member.data else None
    return done_or_said(
        actor,
        referral_id,
        lambda work: working.assign(work, referral_id, member_id),
        _("The case is assigned.") if member_id else _("The case is assigned to nobody."),
    )


@bp.post("/etiquette")
@member(Permission.WORK_REFERRALS)
def label(actor: Actor, referral_id: UUID) -> Any:
    """Put the organisation's own label on the case."""
    form = LabelForm()
    text = (form.label.data or "")[:200]
    return done_or_said(
        actor,
        referral_id,
        lambda work: working.label(work, referral_id, text),
        _("The label is saved."),
    )


def readers_of_pending(case: ReferralPage) -> tuple[Reader, ...]:
    """Who may approve the answer that waits, if one does."""
    if case.pending is None:
        return ()
    return readers_of(reading(), case.organisation_id, case.pending.author_id)


def _kept_out(case: ReferralPage) -> bool:
    if not case.person.get("representative"):
        return False
    return parents_kept_out(reading(), request_keys(), case.organisation_id, case.rights_request_id)


def _assign_form(actor: Actor, case: ReferralPage) -> AssignForm:
    members = choices_of(reading(), organisation_of(actor)).members
    chosen = str(case.assigned_to_id) if case.assigned_to_id else ""
    nobody = ("", _("Nobody (take off)"))
    return AssignForm(members=[nobody, *members], data={"member": chosen})


def _opened_today(actor: Actor, case: ReferralPage) -> bool:
    return any(
        act.kind is EventKind.REFERRAL_OPENED
        and act.facts.get("member") == str(actor.id)
        and local_date(act.at) == today()
        for act in case.acts
    )


def _clock_words(case: ReferralPage) -> dict[str, Any]:
    clock = case.clock
    labelled = summary(clock, current_language(), _)
    given = [(label.rstrip(" :\xa0"), on) for label, on in labelled]
    return {
        "deadline": deadline_words(
            case.state,
            clock.due_on,
            clock.strict_on,
            today(),
            case.waiting_for,
            was_answered=clock.stopped_on is not None,
        ),
        "explanation": explain(clock, current_language(), _),
        "dates": [(_("Answer due"), given[0][1]), *given[1:]],
        "medical_file": _medical_file(case),
    }


def _medical_file(case: ReferralPage) -> dict[str, str] | None:
    contexts = {context for item in case.items for _basis, context in item.purposes}
    has_record = Context.PATIENT_RECORD in contexts
    times = medical_file_times(case.right, case.clock, has_patient_record=has_record)
    if times is None or case.state not in WORKABLE:
        return None
    kind = "late" if times.recent_on < today() else "soon"
    return {"kind": kind, "title": medical_file_words(times), "text": earliest_words(times)}


def _files_to_person(case: ReferralPage) -> list[DocumentLine]:
    """Files of its answers; not those that an author removed before they left."""
    files = (one for one in case.documents if one.direction is Direction.TO_PERSON)
    return [one for one in files if one.deleted_at is None]


def _case_words(case: ReferralPage) -> dict[str, Any]:
    exchanged = [one for one in case.messages if one.kind is not MessageKind.NOTE]
    return {
        "right": right_term(case.right),
        "waiting": WAITING_TERMS[case.waiting_for],
        "state": referral_state_words(case.state).staff,
        "channel": channel_words(case.channel),
        "exchanged": exchanged,
        "notes": [one for one in case.messages if one.kind is MessageKind.NOTE],
        "received_files": [one for one in case.documents if one.direction is Direction.FROM_PERSON],
        "sent_files": _files_to_person(case),
        "why_here": {one.processing_id: why_here(one, case.organisations) for one in case.items},
        "titles": {one.processing_id: one.title for one in case.items},
        "action_words": action_words,
        "ground_words": ground_words,
        "identifier_label": identifier_label,
        "missing_words": missing_words,
        "papers": paper_rows(
            case.acknowledgements,
            lambda key: url_for(
                "referral.acknowledgement", referral_id=case.id, acknowledgement_id=key
            ),
        ),
        "outcome_words": outcome_words,
        "words_of": words_of,
    }
