"""What is keyed of any letter, call or visit: how it came, who writes, where she is answered.

Functions and not a common form: each form gives its fields, and so its errors, their own order.
"""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Optional

from hub.services.keying import KEYED_CHANNELS
from hub.web.form_fields import at_most
from hub.web.law_words import channel_words


def keyed_channel() -> RadioField:
    """By which door it came; its choices are given by `channel_choices` once a reader is known."""
    return RadioField(
        _l("How did it come?"), validators=[InputRequired(_l("Say how the request came."))]
    )


def channel_choices() -> list[tuple[str, str]]:
    """The doors of what is keyed, in the reader's language."""
    return [(one.value, channel_words(one)) for one in KEYED_CHANNELS]


def keyed_given_names() -> StringField:
    """Her given names."""
    return StringField(
        _l("Given names"),
        validators=[InputRequired(_l("Give the given names, as on the letter.")), at_most(120)],
    )


def keyed_family_name() -> StringField:
    """Her family name."""
    return StringField(
        _l("Family name"),
        validators=[InputRequired(_l("Give the family name, as on the letter.")), at_most(120)],
    )


def keyed_postal_address() -> TextAreaField:
    """Where she is written to by post."""
    return TextAreaField(_l("Postal address"), validators=[at_most(500)])


def keyed_email() -> EmailField:
    """Where she is written to by e-mail, if anywhere."""
    return EmailField(
        _l("E-mail address"),
        validators=[
            Optional(),
            Email(_l("This address is not complete. For instance: nom@exemple.fr")),
            at_most(200),
        ],
    )


def keyed_language() -> RadioField:
    """In which language she is answered."""
    return RadioField(
        _l("Language of the person"),
        choices=[("fr", "Français"), ("en", "English")],
        default="fr",
    )
