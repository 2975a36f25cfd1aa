"""Forms of a filing: one question a page, bounds on every field, mistakes said beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, NumberRange, Optional

from hub.domain.directory import Identifier
from hub.domain.rights import Right
from hub.queries.directory_rows import ProcessingRow
from hub.web.form_fields import TypedDateField, at_most
from hub.web.law_words import identifier_words, right_words
from hub.web.public.filing_course import identifiers_needed

OLDEST = date(1900, 1, 1)
LONGEST_STATEMENT = 3000
SEXES = [("female", _l("Female")), ("male", _l("Male"))]
RIGHTS_OFFERED = (
    Right.ACCESS,
    Right.OBJECTION,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.PORTABILITY,
    Right.CONSENT_WITHDRAWAL,
)


class RightForm(FlaskForm):
    """What the person wants."""

    right = RadioField(
        _l("What do you want to do?"),
        validators=[InputRequired(_l("Choose what you want to do."))],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.right.choices = [(right.value, right_words(right).title) for right in RIGHTS_OFFERED]


class FactsForm(FlaskForm):
    """Five questions, each of which may be skipped; nothing of them is kept."""

    hospitals = StringField(
        _l("Where were you treated?"),
        description=_l("Hospitals, clinics or towns. For instance: Rennes, hôpital de Brest"),
        validators=[at_most(200)],
    )
    year_from = IntegerField(
        _l("From which year"),
        validators=[
            Optional(),
            NumberRange(1900, 2100, _l("Give a year with four figures.")),
        ],
    )
    year_to = IntegerField(
        _l("To which year"),
        validators=[
            Optional(),
            NumberRange(1900, 2100, _l("Give a year with four figures.")),
        ],
    )
    joined_study = RadioField(
        _l("Did you take part in a medical study?"),
        choices=[("yes", _l("Yes")), ("no", _l("No")), ("", _l("I do not know"))],
        default="",
        validators=[Optional()],
    )
    study = StringField(_l("Its name, if you remember it"), validators=[at_most(200)])
    illness = StringField(
        _l("Have you had an illness that may be in a register?"),
        description=_l("Cancer, rare disease, diabetes, heart attack…"),
        validators=[at_most(200)],
    )
    insured_in_france = RadioField(
        _l("Are you, or were you, insured in France (carte Vitale)?"),
        choices=[("yes", _l("Yes")), ("no", _l("No")), ("", _l("I do not know"))],
        default="",
        validators=[Optional()],
    )

    def validate_year_to(self, field: Field) -> None:
        """The last year does not come before the first."""
        if self.year_from.data and field.data and field.data < self.year_from.data:
            raise ValidationError(_l("The last year comes before the first."))


class BasesForm(FlaskForm):
    """The databases and projects chosen; the boxes are drawn by the page."""

    words = StringField(_l("Search a database or a project"), validators=[at_most(100)])


class InsistForm(FlaskForm):
    """Where the person insists although the right does not seem to apply."""


class StatementForm(FlaskForm):
    """Her own words."""

    statement = TextAreaField(
        _l("What do you want to say to them?"),
        validators=[at_most(LONGEST_STATEMENT)],
    )
    keeps_parents_out = BooleanField(
        _l("Tell my parents nothing of this request"),
        description=_l("From 15 years of age the law lets you ask this for health research."),
    )


class IdentityForm(FlaskForm):
    """Who she is: names, birth date, ways to reach her, and what the chosen holders ask."""

    given_names = StringField(
        _l("First names"), validators=[InputRequired(_l("Give your first names.")), at_most(120)]
    )
    family_name = StringField(
        _l("Surname"), validators=[InputRequired(_l("Give your surname.")), at_most(120)]
    )
    birth_date = TypedDateField(
        _l("Date of birth"),
        description=_l("For instance: 08/03/1965, or 8 March 1965"),
        validators=[InputRequired(_l("Give your date of birth."))],
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l(
            "To tell you when there is something to read. The messages say nothing of your request."
        ),
        validators=[
            Optional(),
            Email(_l("This address is not complete. For instance: nom@exemple.fr")),
            at_most(200),
        ],
    )
    postal_address = TextAreaField(
        _l("Postal address"),
        description=_l("Needed only without an e-mail address: the answers then come by post."),
        validators=[at_most(500)],
    )

    notified_online = BooleanField(
        _l("I agree to be notified of decisions here, on this site"),
        description=_l(
            "A decision not opened for 15 days then counts as notified. Without this, you still "
            "read the answers here, and a public organisation that refuses writes by post too."
        ),
    )

    def validate_notified_online(self, field: Field) -> None:
        """Whoever is notified here is told by e-mail that something is there."""
        if field.data and not self.email.data:
            raise ValidationError(_l("Give an e-mail address above: we tell you there."))

    def validate_birth_date(self, field: Field) -> None:
        """A birth date lies between 1900 and today."""
        if field.data and not OLDEST <= field.data <= self.today:
            raise ValidationError(_l("Check the year of birth."))

    def validate_postal_address(self, field: Field) -> None:
        """Without e-mail, answers need an address."""
        if not self.email.data and not (field.data or "").strip():
            raise ValidationError(_l("Give an e-mail address, or a postal address."))

    today: date = date.max


def identity_form_for(rows: Sequence[ProcessingRow], today: date) -> type[IdentityForm]:
    """The identity form that these holders need, and no more."""
    required = {
        asked.identifier for row in rows for asked in row.identifiers_asked if asked.is_required
    }
    fields: dict[str, Any] = {"today": today}
    for identifier in identifiers_needed(rows):
        fields[identifier.value] = _identifier_field(identifier, identifier in required)
    return type("IdentityFormForHolders", (IdentityForm,), fields)


def _identifier_field(identifier: Identifier, is_required: bool) -> Field:
    words = identifier_words(identifier)
    needed = InputRequired(
        _l("%(field)s: one of the holders needs this to find you.", field=words.label)
    )
    validators = [needed if is_required else Optional(), at_most(300)]
    if identifier is Identifier.SEX:
        return RadioField(
            words.label,
            description=words.hint,
            choices=SEXES,
            validators=[needed if is_required else Optional()],
        )
    return StringField(words.label, description=words.hint, validators=validators)
