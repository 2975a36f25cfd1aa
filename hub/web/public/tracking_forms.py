"""What a person types to follow her request."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from hub.services.exchanging import LONGEST_TEXT

MOST_FILES = 5


class ReferenceForm(FlaskForm):
    """The reference of a request."""

    reference = StringField(
        _l("Reference of your request"),
        validators=[
            DataRequired(_l("Enter the reference of your request.")),
            Length(max=80, message=_l("A reference has ten characters.")),
        ],
    )


class EnterForm(ReferenceForm):
    """Her reference and her secret code."""

    secret = StringField(
        _l("Secret code"),
        validators=[
            DataRequired(_l("Enter your secret code.")),
            Length(max=80, message=_l("A secret code has 24 characters.")),
        ],
    )


class CodeForm(FlaskForm):
    """The six digits that prove that an address is hers."""

    code = StringField(
        _l("Six-digit code"),
        validators=[
            DataRequired(_l("Enter the six digits of the message.")),
            Length(max=40, message=_l("The code has six digits.")),
        ],
    )


class AddressForm(FlaskForm):
    """An address in place of the one that was mistyped."""

    email = EmailField(
        _l("Your correct e-mail address"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Email(_l("This address is not complete: it looks like name@example.fr.")),
            Length(max=255, message=_l("255 characters at most.")),
        ],
    )


class ReplyForm(FlaskForm):
    """Her reply, and files if she wishes."""

    text = TextAreaField(
        _l("Your reply"),
        validators=[
            DataRequired(_l("Write your reply.")),
            Length(max=LONGEST_TEXT, message=_l("10,000 characters at most.")),
        ],
    )
    files = MultipleFileField(_l("Files"))

    def sent_files(self) -> list[Any]:
        """The files really chosen: a browser sends one empty part when there is none."""
        return [one for one in self.files.data or [] if getattr(one, "filename", "")]
