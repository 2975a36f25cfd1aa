"""Forms of a refusal of all reuse that comes by letter, call or visit."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from hub.domain.directory import Identifier
from hub.domain.opt_outs import MAY_ACT, MayNotActFor, check_may_act
from hub.domain.representation import Capacity
from hub.models.rights_request import IntakeChannel
from hub.services.filing_drafts import PersonGiven
from hub.services.keying import KEYED_CHANNELS
from hub.web.controller.acting_forms import NONE, ActingFields
from hub.web.form_fields import TypedDateField
from hub.web.law_words import channel_words, identifier_words
from hub.web.representation_words import CAPACITIES_FOR_STAFF, objection_words

OLDEST = date(1900, 1, 1)
ASKED = (Identifier.BIRTH_NAME, Identifier.BIRTHPLACE)


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("%(max)d characters at most.", max=most))


class OptOutKeyingForm(ActingFields):
    """Who refuses, by which door it came, and who acts: a parent or whoever was appointed."""

    key = HiddenField(validators=[Length(min=32, max=32)])
    known = HiddenField()
    channel = RadioField(
        _l("How did it come?"), validators=[InputRequired(_l("Say how the request came."))]
    )
    given_names = StringField(
        _l("Given names"),
        validators=[InputRequired(_l("Give the given names, as on the letter.")), _at_most(120)],
    )
    family_name = StringField(
        _l("Family name"),
        validators=[InputRequired(_l("Give the family name, as on the letter.")), _at_most(120)],
    )
    birth_date = TypedDateField(
        _l("Date of birth"),
        description=_l("Without it nobody could be recognised. Ask for it if the letter lacks it."),
        validators=[InputRequired(_l("Give the date of birth."))],
    )
    birth_name = StringField(validators=[_at_most(120)])
    birthplace = StringField(validators=[_at_most(300)])
    email = EmailField(
        _l("E-mail address"),
        validators=[
            Optional(),
            Email(_l("This address is not complete. For instance: nom@exemple.fr")),
            _at_most(200),
        ],
    )
    postal_address = TextAreaField(_l("Postal address"), validators=[_at_most(500)])
    language = RadioField(
        _l("Language of the person"),
        choices=[("fr", "Français"), ("en", "English")],
        default="fr",
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        self.channel.choices = [(one.value, channel_words(one)) for one in KEYED_CHANNELS]
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
        _l("Reference"), validators=[InputRequired(_l("Give the reference.")), _at_most(30)]
    )
    birth_date = TypedDateField(
        _l("Date of birth"), validators=[InputRequired(_l("Give the date of birth."))]
    )
