"""The fields of who acts for the person of a letter, and of the paper that was looked at."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional, StopValidation

from hub.domain.representation import (
    UNDER_MANDATE,
    AnswerTo,
    Capacity,
    HeirPurpose,
    Objection,
    Representation,
)
from hub.domain.rights import Right
from hub.domain.sightings import SeenKind, Verdict
from hub.services.sightings import LONGEST_WORDS, Seen
from hub.web.form_fields import DatedField, at_most
from hub.web.law_words import right_term
from hub.web.representation_words import (
    CAPACITIES_FOR_STAFF,
    PURPOSES,
    SEEN,
    VERDICTS,
    objection_words,
)

NONE = ""
NOT_SAID = "not_said"


class NeededWith(Optional):
    """Optional, unless another field says something, or says just this."""

    def __init__(self, other: str, message: Any, value: str = "") -> None:
        super().__init__()
        self.other, self.message, self.value = other, message, value

    def __call__(self, form: Any, field: Field) -> None:
        """Stop with the message where it is wanted and empty."""
        is_empty = not field.raw_data or not str(field.raw_data[0]).strip()
        said = form[self.other].data
        if is_empty and said and self.value in ("", said):
            raise StopValidation(str(self.message))
        super().__call__(form, field)


class ActingFields(FlaskForm):
    """Who acts: a capacity, a name, the terms of a mandate, the purpose of an heir, what was seen.

    The form that has them sets `today`, and the choices of `mandate_rights`.
    """

    today: date
    capacity = SelectField(_l("In what capacity"), validators=[Optional()])
    representative_name = StringField(
        _l("Name of who acts"),
        validators=[at_most(120)],
    )
    mandate_rights = SelectMultipleField(
        _l("What the mandate covers"),
        description=_l("Nothing ticked: every right."),
        validators=[Optional()],
    )
    mandate_ends_on = DatedField(_l("End of the mandate"), validators=[Optional()])
    answer_to = RadioField(_l("Who is answered, by the mandate"), default=NOT_SAID)
    purpose = SelectField(
        _l("Purpose of the heir"),
        validators=[
            NeededWith(
                "capacity",
                _l("Say for which of the three purposes of the law."),
                Capacity.HEIR.value,
            )
        ],
    )
    seen_kind = SelectField(_l("Paper looked at"), validators=[Optional()])
    seen_on = DatedField(
        _l("Looked at on"),
        validators=[NeededWith("seen_kind", _l("Say on which day it was looked at."))],
    )

    def offer(self, rights: tuple[Right, ...]) -> None:
        """Set the choices, in the reader's language."""
        nobody = (NONE, _("Nobody: the person herself"))
        self.capacity.choices = [nobody, *_pairs(CAPACITIES_FOR_STAFF)]
        self.mandate_rights.choices = [(one.value, right_term(one)) for one in rights]
        self.answer_to.choices = [
            (NOT_SAID, _("The mandate does not say it")),
            (AnswerTo.PERSON.value, _("The person")),
            (AnswerTo.REPRESENTATIVE.value, _("Who acts")),
        ]
        self.purpose.choices = [(NONE, "–"), *_pairs(PURPOSES)]
        self.seen_kind.choices = [(NONE, _("None yet")), *_pairs(SEEN)]

    def validate_representative_name(self, field: Field) -> None:
        """Whoever acts has a name; a curator assists and does not act."""
        if self.capacity.data == Capacity.CURATOR.value:
            self.capacity.errors = [
                *self.capacity.errors,
                objection_words(Objection.CURATOR_ASSISTS),
            ]
            raise ValidationError(_("Record it as the person’s own request."))
        if self.capacity.data and not (field.data or "").strip():
            raise ValidationError(_("Give the name of who acts, as on the letter."))

    def validate_seen_on(self, field: Field) -> None:
        """A paper was looked at on a day, not to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("Not after today."))

    def said(self) -> Representation | None:
        """Who acts, as the letter says; None for the person herself."""
        if not self.capacity.data:
            return None
        capacity, name = Capacity(self.capacity.data), (self.representative_name.data or "").strip()
        if capacity is Capacity.HEIR:
            return Representation(capacity, name, purpose=HeirPurpose(self.purpose.data))
        if capacity not in UNDER_MANDATE:
            return Representation(capacity, name)
        to = self.answer_to.data
        return Representation(
            capacity,
            name,
            tuple(Right(one) for one in self.mandate_rights.data or []),
            ends_on=self.mandate_ends_on.data,
            answer_to=None if to in (None, NOT_SAID) else AnswerTo(to),
        )

    def seen(self) -> Seen | None:
        """The paper looked at, if any."""
        if not self.seen_kind.data:
            return None
        return Seen(SeenKind(self.seen_kind.data), self.seen_on.data)


class SightingForm(FlaskForm):
    """A paper looked at for a case: what, when, what came of it; never the paper."""

    kind = SelectField(
        _l("Paper looked at"), validators=[InputRequired(_l("Say what was looked at."))]
    )
    seen_on = DatedField(
        _l("Looked at on"), validators=[InputRequired(_l("Say on which day it was looked at."))]
    )
    verdict = RadioField(
        _l("What came of it"), validators=[InputRequired(_l("Say what came of it."))]
    )
    words = TextAreaField(
        _l("Note"),
        description=_l("What it showed, in a few words. No number of a document, no copy."),
        validators=[at_most(LONGEST_WORDS)],
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        self.kind.choices = _pairs(SEEN)
        self.verdict.choices = _pairs(VERDICTS)

    def validate_seen_on(self, field: Field) -> None:
        """Not on a day to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("Not after today."))

    def seen(self) -> Seen:
        """What was looked at."""
        return Seen(
            SeenKind(self.kind.data),
            self.seen_on.data,
            Verdict(self.verdict.data),
            (self.words.data or "").strip(),
        )


def _pairs(words: Any) -> list[tuple[str, Any]]:
    return [(one.value, said) for one, said in words.items()]
