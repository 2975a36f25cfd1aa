"""Saying no to all reuse (EHDS 71): one page to register, one receipt; the reason comes after."""

import re
import secrets
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.utils import redirect
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, Optional

from hub.domain.actors import Actor, ActorKind
from hub.domain.directory import Identifier
from hub.domain.opt_outs import MayNotActFor, check_may_act
from hub.domain.representation import Capacity, Representation
from hub.domain.rights import Right
from hub.errors import Conflict, NotFound, StorageUnavailable
from hub.models.rights_request import IntakeChannel
from hub.queries.cases import RequestRow
from hub.queries.opt_outs import opt_out_history
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise
from hub.services.filing_drafts import FilingDraft, PersonGiven
from hub.services.opt_outs import opt_out_draft, opt_out_for, register_opt_out
from hub.web.access import anyone
from hub.web.downloads import download_of
from hub.web.form_fields import at_most
from hub.web.locale import current_language
from hub.web.opt_out_paper import opt_out_paper
from hub.web.opt_out_words import said_on, showing_hour
from hub.web.public.filing_course import go_on
from hub.web.public.filing_draft import SCOPE, file_once
from hub.web.public.filing_forms import IdentityForm
from hub.web.public.filing_sending import filed_here, let_in, secret_shown
from hub.web.public.filing_state import FilingState
from hub.web.public.tracking_frame import today
from hub.web.public.tracking_opt_out import ReasonForm
from hub.web.representation_words import CAPACITIES, objection_words
from hub.web.work import ports, reading, request_keys

bp = Blueprint("opt_out", __name__, url_prefix="/demander/refus-europeen")

MYSELF = "myself"
KEY = re.compile(r"[0-9a-f]{32}")


class OptOutForm(IdentityForm):
    """Who refuses, and who acts for her; an address only serves to write that something is there.

    A parent acts for a child, whoever was appointed for an adult: nobody else does here.
    """

    postal_address = None
    notified_online = None
    capacity = RadioField(
        _l("For whom do you refuse?"),
        choices=[
            (MYSELF, _l("For myself")),
            *((one.value, CAPACITIES[one]) for one in (Capacity.PARENT, Capacity.GUARDIAN)),
        ],
        default=MYSELF,
    )
    representative_name = StringField(
        _l("Your first and last name"),
        validators=[at_most(120)],
    )
    own_email = EmailField(
        _l("E-mail address of the person herself"),
        description=_l("If you were appointed for an adult: she is told of what is done for her."),
        validators=[
            Optional(),
            Email(_l("This address is not complete. For instance: nom@exemple.fr")),
            at_most(200),
        ],
    )
    own_postal_address = TextAreaField(
        _l("Or else her postal address"),
        validators=[at_most(500)],
    )
    birth_name = StringField(
        _l("Birth name"),
        description=_l("If it is not your surname of today: it helps to find you in the files."),
        validators=[at_most(120)],
    )
    birthplace = StringField(
        _l("Place of birth"),
        description=_l("Town and country, as on your identity document."),
        validators=[at_most(300)],
    )
    key = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today()
        if not KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_hex(16)

    def validate_notified_online(self, field: Field) -> None:
        """Nothing is decided here: there is nothing to notify."""

    def validate_postal_address(self, field: Field) -> None:
        """None is asked here: nothing is sent by post."""

    def validate_representative_name(self, field: Field) -> None:
        """Whoever acts has a name, and may act."""
        said = self.said()
        if said is None:
            return
        if not said.name:
            raise ValidationError(_l("Give your first and last name."))
        try:
            check_may_act(said, self.birth_date.data, self.today)
        except MayNotActFor as refusal:
            words = objection_words(refusal.facts["objection"])
            self.capacity.errors = [*self.capacity.errors, words]
            raise ValidationError(words) from refusal

    def validate_own_postal_address(self, field: Field) -> None:
        """An adult for whom somebody was appointed is told of it, in one way or the other."""
        is_for_adult = self.capacity.data == Capacity.GUARDIAN.value
        if is_for_adult and not (self.own_email.data or (field.data or "").strip()):
            raise ValidationError(
                _l("Give an address of hers: she is told of what is done in her name.")
            )

    def said(self) -> Representation | None:
        """Who acts, as she says; None for herself."""
        if self.capacity.data not in set(Capacity):
            return None
        name = (self.representative_name.data or "").strip()
        return Representation(Capacity(self.capacity.data), name)


@bp.get("")
@anyone
def start() -> str:
    """What the refusal changes and does not change, and the one form that records it."""
    _check_open()
    return _form_page(OptOutForm())


@bp.post("")
@anyone
def register() -> Any:
    """Record it at once; pressed twice it is one act, and a failure says that nothing was kept."""
    _check_open()
    form = OptOutForm()
    if not form.validate_on_submit():
        return _form_page(form), 422
    draft = _draft(form)
    try:
        filed = file_once(draft, register_opt_out)
    except (StorageUnavailable, AlreadyFiling, Conflict):
        return _form_page(form, trouble="busy"), 503
    except KeyUsedOtherwise:
        form.key.data = secrets.token_hex(16)
        return _form_page(form, trouble="changed"), 409
    state = FilingState(
        key=draft.idempotency_key,
        right=Right.SECONDARY_USE_OPT_OUT.value,
        person=draft.person.as_facts(),
        reference=filed.reference,
    )
    return let_in(go_on(state, "opt_out.receipt"), filed)


@bp.get("/recu")
@anyone
def receipt() -> Any:
    """The receipt: since when it counts, her reference and secret; then, if she wishes, why."""
    state, row = _registered()
    if state is None or row is None:
        return redirect(url_for("opt_out.start"))
    history = opt_out_history(reading(), request_keys(), row.id)
    return render_template(
        "public/opt_out/receipt.html",
        row=row,
        secret=secret_shown(state),
        email=state.person.get("email"),
        history=history,
        cut_off=said_on(history.last.recorded_at),
        reason_form=ReasonForm(formdata=None) if history.last.may_say_why else None,
    )


@bp.get("/recu.pdf")
@anyone
def receipt_pdf() -> Any:
    """The same on paper (PDF/UA-1)."""
    state, row = _registered()
    if state is None or row is None:
        return redirect(url_for("opt_out.start"))
    given = state.person
    name = f"{given['given_names']} {given['family_name']}"
    born_on = date.fromisoformat(given["birth_date"])
    paper = opt_out_paper(row, secret_shown(state), name, born_on)
    return download_of(ports().papers.render_receipt(paper), f"recepisse-{row.reference}.pdf")


def _check_open() -> None:
    if not ports().policies.opt_outs.is_open(today()):
        raise NotFound(register="opt_outs")


def _registered() -> tuple[FilingState | None, RequestRow | None]:
    """What was registered in this browser; another kind of filing is not this page's."""
    state, row = filed_here()
    if state is None or state.chosen_right is not Right.SECONDARY_USE_OPT_OUT:
        return None, None
    return state, row


def _draft(form: OptOutForm) -> FilingDraft:
    asked = {Identifier.BIRTH_NAME: form.birth_name, Identifier.BIRTHPLACE: form.birthplace}
    person = PersonGiven(
        given_names=(form.given_names.data or "").strip(),
        family_name=(form.family_name.data or "").strip(),
        birth_date=form.birth_date.data,
        email=(form.email.data or "").strip() or None,
        own_email=_own(form, form.own_email),
        own_postal_address=_own(form, form.own_postal_address),
        identifiers={
            kind.value: value for kind, one in asked.items() if (value := (one.data or "").strip())
        },
    )
    draft = opt_out_draft(
        person,
        language=current_language(),
        channel=IntakeChannel.WEB,
        key=form.key.data or "",
        scope=SCOPE,
        actor=Actor(ActorKind.PERSON),
    )
    said = form.said()
    return opt_out_for(draft, said, today()) if said else draft


def _own(form: OptOutForm, field: Field) -> str | None:
    """Her own address, where somebody was appointed to act for her."""
    is_for_adult = form.capacity.data == Capacity.GUARDIAN.value
    return ((field.data or "").strip() or None) if is_for_adult else None


def _form_page(form: OptOutForm, *, trouble: str = "") -> str:
    return render_template(
        "public/opt_out/start.html", form=form, trouble=trouble, cut_off=showing_hour()
    )
