"""Forms of a refusal of all reuse that comes by letter, call or visit."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from hub.domain.directory import Identifier
from hub.domain.opt_outs import MAY_ACT, MayNotActFor, check_may_act
from hub.domain.representation import Capacity
from hub.models.rights_request import IntakeChannel
from hub.services.filing_drafts import PersonGiven
from hub.web.controller.acting_forms import NONE, ActingFields
from hub.web.controller.keyed_fields import (
    channel_choices,
    keyed_channel,
    keyed_email,
    keyed_family_name,
    keyed_given_names,
    keyed_language,
    keyed_postal_address,
)
from hub.web.form_fields import TypedDateField, at_most
from hub.web.law_words import identifier_words
from hub.web.representation_words import CAPACITIES_FOR_STAFF, objection_words

OLDEST = date(1900, 1, 1)
ASKED = (Identifier.BIRTH_NAME, Identifier.BIRTHPLACE)


class OptOutKeyingForm(ActingFields):
    """Who refuses, by which door it came, and who acts: a parent or whoever was appointed."""

    key = HiddenField(validators=[Length(min=32, max=32)])
    known = HiddenField()
    channel = keyed_channel()
    given_names, family_name = keyed_given_names(), keyed_family_name()
    birth_date = TypedDateField(
        _l("Date of birth"),
        description=_l("Without it nobody could be recognised. Ask for it if the letter lacks it."),
        validators=[InputRequired(_l("Give the date of birth."))],
    )
    birth_name = StringField(validators=[at_most(120)])
    birthplace = StringField(validators=[at_most(300)])
    email = keyed_email()
    postal_address = keyed_postal_address()
    language = keyed_language()

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        self.channel.choices = channel_choices()
        self.offer(())
        self.capacity.choices = [
            (NONE, _("Nobody: the person herself")),
            *((one.value, CAPACITIES_FOR_STAFF[one]) for one in Capacity if one in MAY_ACT),
        ]
        for kind in ASKED:
            self[kind.value].label.text = identifier_words(kind).label

    def validate_birth_date(self, field: Field) -> None:
        """A birth date lies between 1900 and today."""
        if field.data and not OLDEST <= field.data <= self.today:
            raise ValidationError(_("Check the year of birth."))

    def validate_capacity(self, field: Field) -> None:
        """Whoever acts may: not a parent for an adult."""
        said = self.said()
        if said is None:
            return
        try:
            check_may_act(said, self.birth_date.data, self.today)
        except MayNotActFor as refusal:
            raise ValidationError(objection_words(refusal.facts["objection"])) from refusal

    @property
    def chosen_channel(self) -> IntakeChannel:
        """By which door it came."""
        return IntakeChannel(self.channel.data)

    def person(self) -> PersonGiven:
        """Who refuses, as keyed in."""
        return PersonGiven(
            given_names=self.given_names.data.strip(),
            family_name=self.family_name.data.strip(),
            birth_date=self.birth_date.data,
            email=(self.email.data or "").strip() or None,
            postal_address=(self.postal_address.data or "").strip() or None,
            identifiers={
                kind.value: text
                for kind in ASKED
                if (text := (self[kind.value].data or "").strip())
            },
        )


class TakeBackForm(FlaskForm):
    """Which refusal is taken back: its reference and her date of birth, nothing else."""

    reference = StringField(
        _l("Reference"), validators=[InputRequired(_l("Give the reference.")), at_most(30)]
    )
    birth_date = TypedDateField(
        _l("Date of birth"), validators=[InputRequired(_l("Give the date of birth."))]
    )
