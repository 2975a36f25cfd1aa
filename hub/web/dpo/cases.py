"""The DPO's lists: every referral she answers for, late first, and the trail of one."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from hub.domain.access import Relation, reach
from hub.domain.actors import Actor, Role
from hub.domain.audit_log import breaks_in
from hub.domain.lifecycle import ActionNotAllowed
from hub.domain.permissions import Permission
from hub.domain.retention import HoldReason
from hub.domain.rights import Right
from hub.domain.second_reading import OwnAnswer
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.rights_request import RightsRequest
from hub.queries.acknowledgements import acknowledgements_of_referral
from hub.queries.audit_trail import entries_of, trail_of
from hub.queries.letters import letters_given
from hub.queries.linked_requests import linked_referrals
from hub.queries.oversight import (
    BY_DATE,
    Chip,
    Choice,
    OversightRow,
    Scope,
    chip_counts,
    controllers_seen,
    decisions_of,
    oversight_page,
    oversight_row,
    reviews_of,
)
from hub.queries.retention import content_deleted_at, hold_of
from hub.sealing import Place, RequestKeys, Shredded
from hub.services.consulting import consult_content
from hub.services.retention import place_hold
from hub.services.second_reading import may_review, review_answer
from hub.web.access import member
from hub.web.acknowledgement_paper import (
    acknowledgement_file_name,
    acknowledgement_pdf,
    missing_words,
    paper_rows,
)
from hub.web.confirmation import lately_confirmed, lately_confirmed_for_file
from hub.web.downloads import download_of
from hub.web.dpo.rows import (
    CASE_COLUMNS,
    TRAIL_COLUMNS,
    case_cells,
    chip_words,
    listed,
    trail_cells,
)
from hub.web.kept_letters import letter_download
from hub.web.law_words import (
    ground_words,
    outcome_words,
    referral_state_words,
    right_term,
    right_words,
)
from hub.web.paging import cursor_of, read_cursor
from hub.web.retention_words import HOLD_REASONS
from hub.web.spreadsheets import csv_of
from hub.web.work import ports, reading, request_keys, unit_of_work

bp = Blueprint("dpo", __name__, url_prefix="/dpo")

Word = TypeVar("Word", bound=StrEnum)
PAGE = 50
MOST_EXPORTED = 20_000


class ReasonForm(FlaskForm):
    """Why the content of a case must be read."""

    reason = TextAreaField(validators=[InputRequired(), Length(min=10, max=500)])


class HoldForm(FlaskForm):
    """Why a case is kept longer than its time."""

    hold_reason = SelectField(_l("Why"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.hold_reason.choices = [(reason.value, words) for reason, words in HOLD_REASONS.items()]


def scope_of(actor: Actor) -> Scope:
    """All referrals for the hub's DPO, else those of the member's organisation."""
    today = local_date(ports().clock.now())
    reached = reach(actor.roles, Permission.AUDIT_ORGANISATION)
    return Scope(None if Relation.ELSEWHERE in reached else actor.organisation_id, today)


@bp.get("/dossiers")
@member(Permission.AUDIT_ORGANISATION)
def cases(actor: Actor) -> str:
    """Every referral of the scope, with filters, counts and paging by key."""
    scope, choice = scope_of(actor), _choice()
    page = oversight_page(reading(), scope, choice, _after(choice.chip), PAGE)
    counts = chip_counts(reading(), scope)
    next_url = None
    if page.next_after:
        next_url = _link(choice, suite=cursor_of(*page.next_after))
    return render_template(
        "dpo/cases.html",
        chips=[_chip(chip, choice, counts[chip]) for chip in Chip],
        shows_controllers=scope.organisation_id is None,
        rows=[listed(row, scope.today) for row in page.rows],
        page=page,
        next_url=next_url,
        first_url=_link(choice) if request.args.get("suite") else None,
        choice=choice,
        rights=[(right.value, right_term(right)) for right in Right],
        controllers=controllers_seen(reading(), scope) if scope.organisation_id is None else [],
        export_url=url_for("dpo.export", **_query(choice)),
    )


@bp.get("/dossiers.csv")
@member(Permission.AUDIT_ORGANISATION)
def export(actor: Actor) -> Response:
    """The same list, whole, as CSV that Excel opens and that runs no formula."""
    scope = scope_of(actor)
    page = oversight_page(reading(), scope, _choice(), None, MOST_EXPORTED)
    body = csv_of([str(label) for label in CASE_COLUMNS], [case_cells(row) for row in page.rows])
    return download_of(body, f"dossiers-{scope.today.isoformat()}.csv")


@bp.get("/dossiers/<uuid:referral_id>")
@member(Permission.AUDIT_ORGANISATION)
def case(referral_id: UUID, actor: Actor) -> str:
    """The dates, the state and the trail of one referral; nothing of the person."""
    row = _found(actor, referral_id)
    return _case_page(actor, row, ReasonForm())


@bp.post("/dossiers/<uuid:referral_id>/contenu")
@member(Permission.AUDIT_HUB)
@lately_confirmed
def content(referral_id: UUID, actor: Actor) -> str | tuple[str, int]:
    """The content of a case, to the hub's DPO, with a reason that is written in the log."""
    row = _found(actor, referral_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _case_page(actor, row, form), 422
    with unit_of_work(actor) as work:
        consult_content(work, row.rights_request_id, row.id, form.reason.data or "")
    rights_request = reading().get_one(RightsRequest, row.rights_request_id)
    place = Place(rights_request.id, "rights_request.statement_sealed", rights_request.id)
    try:
        statement = request_keys().open(place, rights_request.statement_sealed)
    except Shredded:
        return _case_page(actor, row, ReasonForm(formdata=None))
    return _case_page(actor, row, form, statement=statement)


@bp.post("/dossiers/<uuid:referral_id>/lettre/<uuid:answer_id>")
@member(Permission.AUDIT_HUB)
@lately_confirmed_for_file
def letter(referral_id: UUID, answer_id: UUID, actor: Actor) -> Any:
    """A letter that was sent, to the hub's DPO: content, so with a reason, written in the log."""
    row = _found(actor, referral_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _case_page(actor, row, form), 422
    if answer_id not in {one.answer_id for one in letters_given(reading(), row.id)}:
        raise NotFound(answer_id=answer_id)
    with unit_of_work(actor) as work:
        consult_content(work, row.rights_request_id, row.id, form.reason.data or "")
    return letter_download(actor, answer_id, rights_request_id=row.rights_request_id)


@bp.post("/dossiers/<uuid:referral_id>/garder")
@member(Permission.AUDIT_HUB)
def hold(referral_id: UUID, actor: Actor) -> Any:
    """Keep a case longer than its time, because of a dispute."""
    row = _found(actor, referral_id)
    form = HoldForm()
    if not form.validate_on_submit():
        return _case_page(actor, row, ReasonForm(formdata=None), hold_form=form), 422
    try:
        with unit_of_work(actor) as work:
            place_hold(work, row.rights_request_id, HoldReason(form.hold_reason.data))
    except Conflict:
        flash(_("This case is kept already."), "info")
    else:
        flash(_("The case is kept until you say that the dispute is over."), "ok")
    return redirect(url_for("dpo.case", referral_id=referral_id))


@bp.get("/dossiers/<uuid:referral_id>/journal.csv")
@member(Permission.AUDIT_ORGANISATION)
def trail_csv(referral_id: UUID, actor: Actor) -> Response:
    """The trail of one case as CSV, each line with its hash."""
    row = _found(actor, referral_id)
    scope = scope_of(actor)
    trail = trail_of(reading(), request_keys(), row.rights_request_id, scope.organisation_id)
    body = csv_of(
        [str(label) for label in TRAIL_COLUMNS], [trail_cells(one, with_ids=True) for one in trail]
    )
    return download_of(body, f"journal-{row.number}.csv")


@bp.get("/dossiers/<uuid:referral_id>/accuse/<uuid:acknowledgement_id>.pdf")
@member(Permission.AUDIT_ORGANISATION)
def acknowledgement(referral_id: UUID, acknowledgement_id: UUID, actor: Actor) -> Response:
    """An acknowledgement of receipt, to prove what the person was told and when."""
    row = _found(actor, referral_id)
    for kept in acknowledgements_of_referral(reading(), request_keys(), row.id):
        if kept.id == acknowledgement_id and kept.content:
            pdf = acknowledgement_pdf(kept, kept.content)
            return download_of(pdf, acknowledgement_file_name(kept.content))
    raise NotFound(acknowledgement_id=acknowledgement_id)


@bp.post("/dossiers/<uuid:referral_id>/revue/<uuid:answer_id>")
@member(Permission.AUDIT_ORGANISATION)
def review(referral_id: UUID, answer_id: UUID, actor: Actor) -> Any:
    """Say that a refusal that left without second reader was looked at."""
    _found(actor, referral_id)
    try:
        with unit_of_work(actor) as work:
            review_answer(work, answer_id)
    except OwnAnswer:
        flash(_("You wrote this refusal: another person must review it."), "late")
    except ActionNotAllowed as refusal:
        flash(_("Already reviewed by %(name)s.", name=refusal.facts.get("by", "")), "info")
    else:
        flash(_("Reviewed. It is written in the trail."), "ok")
    return redirect(url_for("dpo.case", referral_id=referral_id))


def _reviews(actor: Actor, row: OversightRow) -> list[dict[str, Any]]:
    """The refusals that left unread: why, who reviewed, and whether this DPO may."""
    keys = request_keys()
    found = []
    for one in reviews_of(reading(), row.id):
        place = Place(row.rights_request_id, "answer.alone_reason_sealed", one.answer_id)
        may = may_review(actor, one.organisation_id) and one.author_id != actor.id
        found.append(
            {
                "answer_id": one.answer_id,
                "sent_at": one.sent_at,
                "reason": _reason(keys, place, one.alone_reason_sealed),
                "was_given_outside": one.was_given_outside,
                "reviewed_at": one.reviewed_at,
                "reviewed_by": one.reviewed_by,
                "may_review": may and one.reviewed_at is None,
            }
        )
    return found


def _reason(keys: RequestKeys, place: Place, sealed: bytes | None) -> str:
    """Why nobody read a refusal; it goes with the content of the case."""
    try:
        return keys.open(place, sealed)
    except Shredded:
        return _("deleted with the content of the case, at the end of its time.")


def _found(actor: Actor, referral_id: UUID) -> OversightRow:
    row = oversight_row(reading(), scope_of(actor), referral_id)
    if row is None:
        abort(404)
    return row


def _case_page(
    actor: Actor,
    row: OversightRow,
    form: ReasonForm,
    *,
    statement: str | None = None,
    hold_form: HoldForm | None = None,
) -> str:
    scope = scope_of(actor)
    held = hold_of(reading(), row.rights_request_id)
    trail = trail_of(reading(), request_keys(), row.rights_request_id, scope.organisation_id)
    acknowledgements = acknowledgements_of_referral(reading(), request_keys(), row.id)
    return render_template(
        "dpo/case.html",
        row=row,
        acknowledgements=acknowledgements,
        missing_words=missing_words,
        papers=paper_rows(
            acknowledgements,
            lambda key: url_for("dpo.acknowledgement", referral_id=row.id, acknowledgement_id=key),
        ),
        state=referral_state_words(row.state).staff,
        right=right_words(row.right),
        reviews=_reviews(actor, row),
        decisions=decisions_of(reading(), row.id),
        links=linked_referrals(reading(), row.rights_request_id, scope.organisation_id),
        right_term=right_term,
        outcome_words=outcome_words,
        ground_words=ground_words,
        trail=[trail_cells(one) for one in trail],
        breaks=breaks_in(entries_of(reading(), row.rights_request_id)),
        may_read_content=Role.HUB_DPO in actor.roles,
        may_open=scope.organisation_id is not None,
        form=form,
        statement=statement,
        letters=letters_given(reading(), row.id) if statement is not None else [],
        content_deleted_at=content_deleted_at(reading(), row.rights_request_id),
        held=held,
        held_reason=HOLD_REASONS[held.reason] if held else "",
        hold_form=hold_form or HoldForm(formdata=None),
        today=scope.today,
    )


def _choice() -> Choice:
    """What the address narrows the list to; what it cannot mean is left out."""
    return Choice(
        chip=_member_of(Chip, request.args.get("vue")) or Chip.OPEN,
        right=_member_of(Right, request.args.get("droit")),
        controller_id=_uuid(request.args.get("organisme")),
    )


def _after(chip: Chip) -> tuple[date, UUID] | None:
    """Where the page before ended; raises Invalid for an address that no page gave."""
    parts = read_cursor(request.args.get("suite"), 2)
    if parts is None:
        return None
    try:
        key = date.fromisoformat(parts[0]) if chip in BY_DATE else _instant(parts[0])
        return key, UUID(parts[1])
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _query(choice: Choice) -> dict[str, Any]:
    query = {"vue": choice.chip.value}
    if choice.right:
        query["droit"] = choice.right.value
    if choice.controller_id:
        query["organisme"] = str(choice.controller_id)
    return query


def _link(choice: Choice, **more: Any) -> str:
    return url_for("dpo.cases", **_query(choice), **more)


def _chip(chip: Chip, choice: Choice, count: int) -> dict[str, Any]:
    return {
        "text": chip_words(chip),
        "href": _link(replace(choice, chip=chip)),
        "count": count,
        "current": chip is choice.chip,
    }


def _member_of(kind: type[Word], text: str | None) -> Word | None:
    return kind(text) if text in set(kind) else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
