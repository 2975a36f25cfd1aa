"""Filing for somebody else: in what capacity, then only what that capacity owes."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Optional

from hub.domain.representation import (
    UNDER_MANDATE,
    AnswerTo,
    Capacity,
    HeirPurpose,
    Representation,
    representation_from,
)
from hub.domain.rights import Right
from hub.web.access import anyone
from hub.web.form_fields import TypedDateField, at_most
from hub.web.law_words import right_words
from hub.web.public.filing_course import (
    go_on,
    next_page,
    objection_of,
    state_or_new,
)
from hub.web.public.filing_forms import RIGHTS_OFFERED
from hub.web.public.filing_state import FilingState
from hub.web.representation_words import CAPACITIES, PURPOSES, objection_words

bp = Blueprint("filing_acting", __name__, url_prefix="/demander/pour")

NOT_SAID = "not_said"
OWN = ("own_email", "own_postal_address")


class CapacityForm(FlaskForm):
    """For whom?"""

    capacity = RadioField(
        _l("For whom do you act?"),
        choices=[(one.value, words) for one, words in CAPACITIES.items()],
        validators=[InputRequired(_l("Say for whom you act."))],
    )


class ActingForm(FlaskForm):
    """Who acts; each capacity adds what it owes and no more."""

    name = StringField(
        _l("Your first and last name"),
        validators=[
            InputRequired(_l("Give your first and last name.")),
            at_most(120),
        ],
    )


class MandateTerms(ActingForm):
    """What the mandate says: its object, its end, and who is answered (décret 2019-536 art. 77)."""

    rights = SelectMultipleField(
        _l("What does the mandate let you ask?"),
        validators=[InputRequired(_l("Tick what the mandate says."))],
    )
    ends_on = TypedDateField(
        _l("Until when does it hold?"),
        description=_l("Leave empty if it has no end. For instance: 31/12/2026"),
        validators=[Optional()],
    )
    answer_to = RadioField(
        _l("Who receives the answers, by the mandate?"),
        choices=[
            (AnswerTo.REPRESENTATIVE.value, _l("I do")),
            (AnswerTo.PERSON.value, _l("The person does")),
            (NOT_SAID, _l("The mandate does not say it")),
        ],
        description=_l(
            "If the mandate does not say it, they go to the person: she alone gets the secret code."
        ),
        validators=[InputRequired(_l("Say who receives the answers."))],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rights.choices = [(one.value, right_words(one).title) for one in RIGHTS_OFFERED]


class OwnAddresses:
    """Where the person herself is told; hers, for the agent's own address is asked later.

    After the terms of a mandate, as on the page: mistakes are listed in the order of the fields.
    """

    own_email = EmailField(
        _l("E-mail address of the person herself"),
        description=_l(
            "If she has one of her own. We tell her that a request was made in her name, and "
            "nothing more."
        ),
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

    def validate_own_postal_address(self, field: Field) -> None:
        """She must be told in one way or the other."""
        if not (self.own_email.data or (field.data or "").strip()):
            raise ValidationError(
                _l("Give an address of hers: she is told of what is done in her name.")
            )


class RepresentedForm(ActingForm, OwnAddresses):
    """Who represents a person who is told of it."""


class MandateForm(MandateTerms, OwnAddresses):
    """Who acts under a mandate, and where the person who gave it is told."""


class HeirForm(ActingForm):
    """For which of the three purposes of the law (LIL 85)."""

    purpose = RadioField(
        _l("For what purpose?"),
        choices=[(one.value, words) for one, words in PURPOSES.items()],
        validators=[InputRequired(_l("Choose the purpose: the law allows these three."))],
    )


class NobodyForm(FlaskForm):
    """The button by which one acts for oneself again."""


@bp.route("", methods=["GET", "POST"])
@anyone
def capacity() -> Any:
    """For whom one acts."""
    state = state_or_new()
    form = CapacityForm(data={"capacity": state.acting.get("capacity")})
    if not form.validate_on_submit():
        page = render_template("public/filing/acting.html", form=form, acts=bool(state.acting))
        return page, 422 if form.errors else 200
    chosen = Capacity(form.capacity.data)
    if chosen.value != state.acting.get("capacity"):
        state.acting = {"capacity": chosen.value}
    if chosen is Capacity.CURATOR:
        return go_on(state, "filing_acting.stopped")
    return go_on(state, "filing_acting.details")


@bp.route("/precisions", methods=["GET", "POST"])
@anyone
def details() -> Any:
    """What this capacity owes: a name, and for a mandate its terms, for an heir her purpose."""
    state = state_or_new()
    said = representation_from(state.acting)
    if said is None:
        return redirect(url_for("filing_acting.capacity"))
    form = _details_form(said, state.acting)
    if not form.validate_on_submit():
        return _details_page(said, form)
    if isinstance(form, OwnAddresses) and _is_filers(state, form.own_email.data):
        form.own_email.errors = [_("You gave this address as yours. Give the person’s own.")]
        return _details_page(said, form)
    state.acting = _said(said.capacity, form).as_facts() | _own_addresses(form)
    if objection_of(state):
        return go_on(state, "filing_acting.stopped")
    return go_on(state, next_page(state))


@bp.get("/arret")
@anyone
def stopped() -> Any:
    """Why this cannot go on so, and what can be done."""
    state = state_or_new()
    said = representation_from(state.acting)
    objection = objection_of(state)
    if said is None or objection is None:
        return go_on(state, next_page(state))
    why = objection_words(objection)
    return render_template("public/filing/acting_stopped.html", why=why, form=NobodyForm())


@bp.post("/moi")
@anyone
def myself() -> Any:
    """Act for oneself again."""
    state = state_or_new()
    NobodyForm().validate_on_submit()
    state.acting = {}
    return go_on(state, next_page(state))


def _details_page(said: Representation, form: Any) -> Any:
    capacity = said.capacity.value
    page = render_template("public/filing/acting_details.html", form=form, capacity=capacity)
    return page, 422 if form.errors else 200


def _is_filers(state: FilingState, own_email: str | None) -> bool:
    given = str(state.person.get("email") or "")
    return bool(given) and given.casefold() == (own_email or "").strip().casefold()


def _own_addresses(form: Any) -> dict[str, str]:
    """Where the person herself is reached; kept beside what is said of who acts."""
    if not isinstance(form, OwnAddresses):
        return {}
    given = {name: (getattr(form, name).data or "").strip() for name in OWN}
    return {name: text for name, text in given.items() if text}


def _details_form(said: Representation, acting: dict[str, Any]) -> Any:
    facts: dict[str, Any] = {"name": said.name} | {name: acting.get(name) for name in OWN}
    if said.capacity in UNDER_MANDATE:
        rights = [one.value for one in said.rights]
        answer_to = said.answer_to.value if said.answer_to else None
        facts |= {"rights": rights, "ends_on": said.ends_on, "answer_to": answer_to}
        return MandateForm(data=facts)
    if said.capacity is Capacity.HEIR:
        return HeirForm(data=facts | {"purpose": said.purpose.value if said.purpose else None})
    is_told = said.capacity is Capacity.GUARDIAN
    return RepresentedForm(data=facts) if is_told else ActingForm(data=facts)


def _said(capacity: Capacity, form: Any) -> Representation:
    name = form.name.data.strip()
    if capacity is Capacity.HEIR:
        return Representation(capacity, name, purpose=HeirPurpose(form.purpose.data))
    if capacity not in UNDER_MANDATE:
        return Representation(capacity, name)
    answer_to = None if form.answer_to.data == NOT_SAID else AnswerTo(form.answer_to.data)
    rights = tuple(Right(one) for one in form.rights.data)
    return Representation(capacity, name, rights, ends_on=form.ends_on.data, answer_to=answer_to)
