"""Our databases: what the directory says of them, who receives the data, and that it is right."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired

from hub.domain.actors import Actor
from hub.domain.directory import RecipientKind
from hub.domain.permissions import Permission, may_enter
from hub.domain.recipients import LONGEST_CATEGORY, LONGEST_NAME, Completeness
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.queries.directory import processing_detail
from hub.queries.recipients import (
    RegisterLine,
    completeness_counts,
    register_line,
    register_page,
)
from hub.services.directory import verify_processing
from hub.services.recipients import (
    add_recipient,
    confirm_recipients,
    remove_recipient,
    say_no_recipient,
)
from hub.web.access import member
from hub.web.form_fields import at_most
from hub.web.law_words import words_of
from hub.web.locale import current_language
from hub.web.paging import cursor_of, only_id
from hub.web.recipient_words import chips_of, register_row, said_words, state_asked
from hub.web.work import reading, unit_of_work

bp = Blueprint("databases", __name__, url_prefix="/bases")

PAGE = 50


class RecipientForm(FlaskForm):
    """One recipient more: its name, whether it works for the controller, and of what sort it is."""

    name = StringField(
        _l("Name of the recipient"),
        description=_l(
            "The organisation itself, as it is called: the person has a right to its name."
        ),
        validators=[
            DataRequired(_l("Give the name of the organisation that receives the data.")),
            at_most(LONGEST_NAME),
        ],
    )
    kind = RadioField(
        _l("What it is to you"),
        validators=[InputRequired(_l("Say what it is to you."))],
    )
    category = StringField(
        _l("Category"),
        description=_l("For instance: hosting, research team, statistics office."),
        validators=[at_most(LONGEST_CATEGORY)],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kind.choices = [(one.value, words_of(one)) for one in RecipientKind]


@bp.get("")
@member(Permission.READ_REFERRALS)
def listed(actor: Actor) -> str:
    """The organisation's databases and projects, those to complete first among the filters."""
    organisation_id, state = _organisation(actor), state_asked()
    counts = completeness_counts(reading(), organisation_id)
    page = register_page(
        reading(), organisation_id, state, only_id(request.args.get("suite")), PAGE
    )
    rows = [
        register_row(line, url_for("databases.shown", processing_id=line.processing_id))
        for line in page.lines
    ]
    next_url = None
    if page.next_after:
        next_url = url_for("databases.listed", etat=state, suite=cursor_of(page.next_after))
    return render_template(
        "controller/databases.html",
        rows=rows,
        total=page.total,
        lacking=counts[Completeness.LACKING],
        chips=chips_of(counts, state, "databases.listed"),
        first_url=url_for("databases.listed", etat=state) if request.args.get("suite") else None,
        next_url=next_url,
    )


@bp.get("/<uuid:processing_id>")
@member(Permission.READ_REFERRALS)
def shown(actor: Actor, processing_id: UUID) -> Any:
    """One database: its recipients, and what the public reads of it."""
    return _page(actor, _own(actor, processing_id), RecipientForm(formdata=None))


@bp.post("/<uuid:processing_id>/destinataires")
@member(Permission.DESCRIBE_PROCESSINGS)
def add(actor: Actor, processing_id: UUID) -> Any:
    """Name one recipient more."""
    line, form = _own(actor, processing_id), RecipientForm()
    if not form.validate_on_submit():
        return _page(actor, line, form), 422
    try:
        with unit_of_work(actor) as work:
            add_recipient(
                work,
                processing_id,
                name=form.name.data,
                kind=RecipientKind(form.kind.data),
                category=form.category.data or "",
            )
    except Conflict:
        form.name.errors = [_("This name is in the list already.")]
        return _page(actor, line, form), 409
    except Invalid as refusal:
        form[refusal.facts["field"]].errors = [_("Check what you typed.")]
        return _page(actor, line, form), 422
    flash(_("Added: %(name)s.", name=form.name.data), "ok")
    return _back(processing_id)


@bp.post("/<uuid:processing_id>/destinataires/<uuid:recipient_id>/retirer")
@member(Permission.DESCRIBE_PROCESSINGS)
def remove(actor: Actor, processing_id: UUID, recipient_id: UUID) -> Response:
    """Take one recipient off."""
    _own(actor, processing_id)
    try:
        with unit_of_work(actor) as work:
            remove_recipient(work, processing_id, recipient_id)
    except NotFound:
        flash(_("Somebody else has just taken it off."), "info")
    else:
        flash(_("Taken off the list."), "ok")
    return _back(processing_id)


@bp.post("/<uuid:processing_id>/aucun-destinataire")
@member(Permission.DESCRIBE_PROCESSINGS)
def none(actor: Actor, processing_id: UUID) -> Response:
    """Say that nobody receives the data."""
    return _said(actor, processing_id, say_no_recipient)


@bp.post("/<uuid:processing_id>/destinataires/exacts")
@member(Permission.DESCRIBE_PROCESSINGS)
def confirm(actor: Actor, processing_id: UUID) -> Response:
    """Say that the names are right and that none is missing."""
    return _said(actor, processing_id, confirm_recipients)


@bp.post("/<uuid:processing_id>/exacte")
@member(Permission.DESCRIBE_PROCESSINGS)
def verify(actor: Actor, processing_id: UUID) -> Response:
    """Say that the description is right: no import changes it from then on."""
    return _said(actor, processing_id, verify_processing)


def _said(actor: Actor, processing_id: UUID, act: Any) -> Response:
    _own(actor, processing_id)
    try:
        with unit_of_work(actor) as work:
            act(work, processing_id)
    except Conflict:
        flash(_("The list has just changed: read it again first."), "late")
    else:
        flash(_("It is written down with your name and today’s date."), "ok")
    return _back(processing_id)


def _page(actor: Actor, line: RegisterLine, form: RecipientForm) -> str:
    detail = processing_detail(reading(), line.processing_id)
    if detail is None:
        raise NotFound(processing_id=line.processing_id)
    own = next((one for one in detail.row.controllers if one.id == actor.organisation_id), None)
    return render_template(
        "controller/database.html",
        line=line,
        title=line.title_in(current_language()),
        summary=detail.row.summary_in(current_language()),
        detail=detail,
        own=own,
        form=form,
        said=said_words(line),
        may_describe=may_enter(actor.roles, Permission.DESCRIBE_PROCESSINGS),
        words_of=words_of,
        language=current_language(),
    )


def _own(actor: Actor, processing_id: UUID) -> RegisterLine:
    line = register_line(reading(), _organisation(actor), processing_id)
    if line is None:
        raise NotFound(processing_id=processing_id)
    return line


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise HubError()
    return actor.organisation_id


def _back(processing_id: UUID) -> Response:
    return redirect(url_for("databases.shown", processing_id=processing_id))
