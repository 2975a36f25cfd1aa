"""Forms of the acts on a case, with their bounds."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from hub.domain.clock import ExtensionReason
from hub.domain.grounds import says_something
from hub.domain.identity_proof import KnownBy
from hub.models.answer import OutsideChannel
from hub.models.referral import ToldBy
from hub.services.answering import LONGEST_TEXT as LONGEST_ANSWER
from hub.services.exchanging import LONGEST_TEXT
from hub.services.vouching import LONGEST_WORDS
from hub.web.clock_sentences import EXTENSION_REASONS
from hub.web.form_fields import DATE_WANTED, DatedField
from hub.web.identity_vocabulary import KNOWN_BY
from hub.web.law_words import channel_words, words_of

LONGEST_REASON = 4_000
FURTHEST = timedelta(days=365)


def _said(message: Any, most: int = LONGEST_TEXT) -> list[Any]:
    too_long = {
        LONGEST_TEXT: _l("10,000 characters at most."),
        LONGEST_ANSWER: _l("20,000 characters at most."),
        LONGEST_REASON: _l("4,000 characters at most."),
    }[most]
    return [DataRequired(message), Length(max=most, message=too_long)]


class EmptyForm(FlaskForm):
    """Only the hidden token."""


class NoteForm(FlaskForm):
    """An internal note."""

    text = TextAreaField(_l("Internal note"), validators=_said(_l("Write the note.")))


class QuestionForm(FlaskForm):
    """A question to the person; the clock runs on."""

    text = TextAreaField(
        _l("Your question to the person"), validators=_said(_l("Write your question."))
    )
    reply_by_on = DatedField(_l("Reply wanted by"), validators=[Optional()])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def validate_reply_by_on(self, field: Any) -> None:
        """A past date asks for nothing."""
        _not_past(field, self._today)
        _not_too_far(field, self._today)


class CompletionForm(FlaskForm):
    """What the filing lacks, and until when it can be supplied; the clock runs on."""

    text = TextAreaField(
        _l("What is missing, as the person will read it"), validators=_said(_l("List it."))
    )
    reply_by_on = DatedField(_l("To be supplied by"), validators=[Optional()])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def validate_reply_by_on(self, field: Any) -> None:
        """A time limit that ends today gives no time."""
        if field.data and field.data <= self._today:
            raise ValidationError(_l("Give a date after today."))
        _not_too_far(field, self._today)


class IdentityForm(FlaskForm):
    """A doubt about who asks; the clock stops."""

    doubt = TextAreaField(
        _l("The reasonable doubt"),
        validators=_said(
            _l("Write down the reasonable doubt: without it the clock runs on."), LONGEST_REASON
        ),
    )
    text = TextAreaField(
        _l("What you ask the person for"), validators=_said(_l("Say what you ask for."))
    )


class VouchForm(FlaskForm):
    """By what the organisation knows the person; no document."""

    known_by = RadioField(
        _l("By what do you know that it is this person?"),
        validators=[InputRequired(_l("Choose one."))],
    )
    words = TextAreaField(
        _l("In a few words"),
        validators=[
            Length(max=LONGEST_WORDS, message=_l("%(max)d characters at most.", max=LONGEST_WORDS))
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_by.choices = [(one.value, KNOWN_BY[one]) for one in KnownBy]


class IdentityLetterForm(FlaskForm):
    """The address that the organisation holds: printed on the letter, kept nowhere."""

    postal = TextAreaField(
        _l("Address of the person in your own files"),
        validators=[
            DataRequired(_l("Enter the address that you hold.")),
            Length(max=500, message=_l("%(max)d characters at most.", max=500)),
        ],
    )


class ExtensionForm(FlaskForm):
    """Two more months, with a cause of the list and its reasons."""

    cause = RadioField(_l("Cause"), validators=[InputRequired(_l("Choose a cause."))])
    words = TextAreaField(
        _l("Reasons, as the person will read them"),
        validators=_said(_l("Explain why more time is needed."), LONGEST_REASON),
    )

    def __init__(self, *args: Any, translate: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cause.choices = [
            (cause.value, translate(EXTENSION_REASONS[cause])) for cause in ExtensionReason
        ]


class TaskForm(FlaskForm):
    """What a colleague without account is asked, and the identifiers she will see."""

    name = StringField(
        _l("Name of the colleague"),
        validators=[
            DataRequired(_l("Enter a name.")),
            Length(max=200, message=_l("200 characters at most.")),
        ],
    )
    email = EmailField(
        _l("E-mail address"),
        validators=[
            DataRequired(_l("Enter an e-mail address.")),
            Email(_l("This address is not complete: it looks like name@organisation.fr.")),
            Length(max=255, message=_l("255 characters at most.")),
        ],
    )
    text = TextAreaField(_l("What you ask"), validators=_said(_l("Write what you ask.")))
    identifiers = SelectMultipleField(_l("What the colleague will see of the person"))
    reply_by_on = DatedField(_l("Reply wanted by"), validators=[InputRequired(DATE_WANTED)])

    def __init__(
        self, *args: Any, identifiers: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.identifiers.choices = identifiers
        self._today = today

    def validate_reply_by_on(self, field: Any) -> None:
        """A past date asks for nothing."""
        _not_past(field, self._today)
        _not_too_far(field, self._today)


class AssignForm(FlaskForm):
    """Who is in charge."""

    member = SelectField(_l("Assigned to"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member.choices = members


class LabelForm(FlaskForm):
    """The organisation's own label."""

    label = StringField(
        _l("Label"), validators=[Length(max=60, message=_l("60 characters at most."))]
    )


class OutsideForm(FlaskForm):
    """How and when the answer was given outside the hub, and what proves it."""

    channel = RadioField(_l("How was it given?"), validators=[InputRequired(_l("Choose one."))])
    outside_on = DatedField(_l("On which date?"), validators=[InputRequired(DATE_WANTED)])
    proof = TextAreaField(_l("Proof"), validators=_said(_l("Say what proves it."), LONGEST_REASON))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = [(one.value, channel_words(one)) for one in OutsideChannel]


class AppliedForm(FlaskForm):
    """When a decision was applied, what was done, and what proves it: words, a file, or both."""

    applied_on = DatedField(
        _l("On which date was it done?"), validators=[InputRequired(DATE_WANTED)]
    )
    what = TextAreaField(
        _l("What was done, as the person will read it"),
        validators=_said(_l("Say what was done."), LONGEST_REASON),
    )
    proof = TextAreaField(
        _l("Proof"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )


class RecipientForm(FlaskForm):
    """How a recipient was told, or why it is not."""

    told = RadioField(
        _l("Was this recipient told?"),
        choices=[("yes", _l("Yes")), ("no", _l("No: impossible, or out of proportion"))],
        validators=[InputRequired(_l("Choose one."))],
    )
    told_on = DatedField(_l("On which date?"), validators=[Optional()])
    channel = SelectField(_l("How?"))
    proof = TextAreaField(
        _l("Proof"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )
    reason = TextAreaField(
        _l("Why it is not told"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = [(one.value, words_of(one)) for one in ToldBy]

    def validate(self, extra_validators: Any = None) -> bool:
        """What was told was told on a day; the rest is checked beside each field."""
        valid = super().validate(extra_validators)
        if self.told.data != "yes" or self.told_on.data or self.told_on.errors:
            return bool(valid)
        self.told_on.errors = [DATE_WANTED]
        return False

    def validate_proof(self, field: Any) -> None:
        """What was told can be proven."""
        if self.told.data == "yes" and not says_something(field.data or ""):
            raise ValidationError(_l("Say what proves it."))

    def validate_reason(self, field: Any) -> None:
        """What is not told has its reason."""
        if self.told.data == "no" and not says_something(field.data or ""):
            raise ValidationError(_l("Say why it is not told."))


class NotUsForm(FlaskForm):
    """Why the organisation is not the one, and which one may be."""

    organisation = RadioField(
        _l("Which organisation is in charge?"), validators=[Optional()], validate_choice=False
    )
    named = StringField(
        _l("Name of the organisation, if you know it"),
        validators=[Length(max=300, message=_l("300 characters at most."))],
    )
    words = TextAreaField(
        _l("Why it is not you, as the person will read it"),
        validators=_said(_l("Explain why it is not you."), LONGEST_REASON),
    )


def _not_too_far(field: Any, today: date) -> None:
    if field.data and field.data > today + FURTHEST:
        raise ValidationError(_l("Give a date within a year."))


def _not_past(field: Any, today: date) -> None:
    if field.data and field.data < today:
        raise ValidationError(_l("Give a date from today on."))
