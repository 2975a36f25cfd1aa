"""The form by which a letter, an e-mail, a call or a visit is keyed in, on one page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    Field,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from hub.domain.directory import Identifier
from hub.domain.intake import ArrivedBeforeGdpr, ArrivesInFuture, arrival_instant
from hub.domain.rights import Right
from hub.models.rights_request import IntakeChannel
from hub.services.filing_drafts import PersonGiven
from hub.web.controller.acting_forms import ActingFields
from hub.web.controller.keyed_fields import (
    channel_choices,
    keyed_channel,
    keyed_email,
    keyed_family_name,
    keyed_given_names,
    keyed_language,
    keyed_postal_address,
)
from hub.web.filters import day
from hub.web.form_fields import DatedField, TypedDateField, at_most
from hub.web.law_words import identifier_words, right_term

OLDEST = date(1900, 1, 1)
LONGEST_STATEMENT = 4000
RIGHTS = (
    Right.ACCESS,
    Right.OBJECTION,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.PORTABILITY,
    Right.CONSENT_WITHDRAWAL,
)
IDENTIFIERS = (
    Identifier.BIRTH_NAME,
    Identifier.BIRTHPLACE,
    Identifier.PATIENT_NUMBER,
    Identifier.INCLUSION_NUMBER,
    Identifier.SITE_AND_YEARS,
)


class KeyingForm(ActingFields):
    """How and when it came, who asks for what, of which databases; `known` are doubles seen."""

    key = HiddenField(validators=[Length(min=32, max=32)])
    known = HiddenField()
    channel = keyed_channel()
    arrived_on = DatedField(
        _l("Date of arrival"),
        description=_l("The day it reached the organisation: the month runs from it."),
        validators=[InputRequired(_l("Give the date of arrival."))],
    )
    rights = SelectMultipleField(
        _l("What is asked"), validators=[InputRequired(_l("Tick at least one right."))]
    )
    bases = SelectMultipleField(_l("Databases and projects"), validate_choice=False)
    words = StringField(_l("Search a database or a project"), validators=[at_most(100)])
    given_names, family_name = keyed_given_names(), keyed_family_name()
    birth_date = TypedDateField(
        _l("Date of birth"),
        description=_l("If the letter gives it. For instance: 08/03/1965"),
        validators=[Optional()],
    )
    postal_address = keyed_postal_address()
    email = keyed_email()
    phone = StringField(_l("Telephone"), validators=[at_most(40)])
    language = keyed_language()
    statement = TextAreaField(_l("In the person’s words"), validators=[at_most(LONGEST_STATEMENT)])
    scan = FileField(_l("Scan or attachment"))

    birth_name = StringField(validators=[at_most(300)])
    birthplace = StringField(validators=[at_most(300)])
    patient_number = StringField(validators=[at_most(300)])
    inclusion_number = StringField(validators=[at_most(300)])
    site_and_years = StringField(validators=[at_most(300)])

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        self.channel.choices = channel_choices()
        self.rights.choices = [(one.value, right_term(one)) for one in RIGHTS]
        self.offer(RIGHTS)
        for kind in IDENTIFIERS:
            self[kind.value].label.text = identifier_words(kind).label

    def validate_arrived_on(self, field: Field) -> None:
        """It arrived between the day the GDPR began to apply and today."""
        if not field.data:
            return
        try:
            arrival_instant(field.data, self.today)
        except ArrivedBeforeGdpr as refusal:
            first = day(refusal.facts["earliest_on"])
            raise ValidationError(
                _("Not before %(date)s: the GDPR applies from that day (article 99).", date=first)
            ) from refusal
        except ArrivesInFuture as refusal:
            raise ValidationError(
                _(
                    "Not after today, %(date)s: the month runs from the day of arrival "
                    "(GDPR, article 12(3)).",
                    date=day(self.today),
                )
            ) from refusal

    def validate_birth_date(self, field: Field) -> None:
        """A birth date lies between 1900 and today."""
        if field.data and not OLDEST <= field.data <= self.today:
            raise ValidationError(_("Check the year of birth."))

    def validate_postal_address(self, field: Field) -> None:
        """An answer needs a way to the person."""
        if not any((one.data or "").strip() for one in (field, self.email, self.phone)):
            raise ValidationError(
                _("Give a postal address, an e-mail address or a telephone number.")
            )

    @property
    def chosen_channel(self) -> IntakeChannel:
        """By which door it came."""
        return IntakeChannel(self.channel.data)

    @property
    def chosen_rights(self) -> tuple[Right, ...]:
        """The rights ticked, in the order of the page."""
        return tuple(one for one in RIGHTS if one.value in (self.rights.data or []))

    def person(self) -> PersonGiven:
        """Who asks, as keyed in."""
        return PersonGiven(
            given_names=self.given_names.data.strip(),
            family_name=self.family_name.data.strip(),
            birth_date=self.birth_date.data,
            email=(self.email.data or "").strip() or None,
            postal_address=(self.postal_address.data or "").strip() or None,
            phone=(self.phone.data or "").strip() or None,
            identifiers={
                kind.value: text
                for kind in IDENTIFIERS
                if (text := (self[kind.value].data or "").strip())
            },
        )

    def is_for_another(self) -> bool:
        """Whether something was said of who acts: its part of the page is then open."""
        return bool(self.capacity.data or self.representative_name.data or self.seen_kind.data)

    def identifier_fields(self) -> Iterable[Field]:
        """The fields that help to find the person, all optional."""
        return [self[kind.value] for kind in IDENTIFIERS]


class PaperForm(FlaskForm):
    """Which receipt to set on paper: only the one who keyed it in can derive its secret."""

    key = HiddenField(validators=[InputRequired(), Length(max=60)])
    reference = HiddenField(validators=[InputRequired(), Length(max=20)])
