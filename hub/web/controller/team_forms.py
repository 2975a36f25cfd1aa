"""Forms of the team's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Email, Length

from hub.domain.actors import Role
from hub.models.member import TokenScope
from hub.services.members import HUB_ROLES
from hub.web.portal import role_words

LONGEST_NAME = 200
LONGEST_LABEL = 100


def _roles_field() -> SelectMultipleField:
    return SelectMultipleField(
        _l("Roles"), validators=[DataRequired(_l("Choose at least one role."))]
    )


class RolesForm(FlaskForm):
    """The roles of a member; an organisation that runs the hub may give the hub's too."""

    roles = _roles_field()

    def __init__(self, *args: Any, runs_hub: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [
            (role.value, role_words(role)) for role in Role if runs_hub or role not in HUB_ROLES
        ]

    def chosen(self) -> list[Role]:
        """The roles ticked."""
        return [Role(value) for value in self.roles.data]


class InvitationForm(RolesForm):
    """Who is invited, and for what."""

    name = StringField(
        _l("First and last name"),
        validators=[
            DataRequired(_l("Enter a first and a last name.")),
            Length(max=LONGEST_NAME, message=_l("200 characters at most.")),
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
    roles = _roles_field()


class TokenForm(FlaskForm):
    """What a program may do, and what it is for."""

    label = StringField(
        _l("What is this token for?"),
        validators=[
            DataRequired(_l("Say what the token is for.")),
            Length(max=LONGEST_LABEL, message=_l("100 characters at most.")),
        ],
    )
    scopes = SelectMultipleField(
        _l("What may the program do?"),
        choices=[
            (TokenScope.FILE.value, _l("File requests")),
            (TokenScope.ANSWER.value, _l("Read and answer your organisation's requests")),
            (TokenScope.AUDIT.value, _l("Read proofs and the log")),
        ],
        validators=[DataRequired(_l("Choose at least one use."))],
    )

    def chosen(self) -> list[TokenScope]:
        """The uses ticked."""
        return [TokenScope(value) for value in self.scopes.data]
