"""Forms of accounts, in our own words; a wrong try is written down and slows the next."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from hub.domain.passwords import LONGEST, PasswordFault
from hub.extensions import security
from hub.models.member import Member
from hub.web.account_acts import note_failure, seconds_to_wait
from hub.web.notice_vocabulary import PREFERENCES

PASSWORD_RULE = _l(
    "At least 12 characters with a capital, a small letter, a digit and a sign; or 14 without a "
    "sign; or 7 words."
)


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def _digits(text: str | None) -> str | None:
    return "".join(text.split()) if text else text


def _recovery_code(text: str | None) -> str | None:
    if not text:
        return text
    bare = "".join(character for character in text.lower() if character.isalnum())
    return "-".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def wait_words(seconds: int) -> str:
    """Says how long to wait after too many wrong tries."""
    if seconds < 60:
        return ngettext(
            "Too many wrong tries. Wait %(num)s second, then try again: your account is not "
            "locked.",
            "Too many wrong tries. Wait %(num)s seconds, then try again: your account is not "
            "locked.",
            seconds,
        )
    return ngettext(
        "Too many wrong tries. Wait %(num)s minute, then try again: your account is not locked.",
        "Too many wrong tries. Wait %(num)s minutes, then try again: your account is not locked.",
        -(-seconds // 60),
    )


AFTER_SIGN_IN = "/connexion/suite"


class SignInForm(LoginForm):
    """Address and password; says the same for an unknown address and a wrong password."""

    email = EmailField(
        _l("E-mail address"),
        filters=[_stripped],
        validators=[DataRequired(_l("Enter your e-mail address.")), Length(max=255)],
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Enter your password.")), Length(max=1000)],
    )
    remember = None

    def validate_next(self, field: Any) -> None:
        """An address outside the hub is dropped, not followed."""
        if not field.data or not is_own_path(field.data):
            field.data = AFTER_SIGN_IN

    def validate(self, **kwargs: Any) -> bool:
        """Whether the pair opens an account, unless too many tries failed lately."""
        email = self.email.data or ""
        member = find_member(email) if email else None
        seconds = seconds_to_wait(email, member) if email else 0
        if seconds:
            self.form_errors.append(wait_words(seconds))
            return False
        if super().validate(**kwargs):
            return self._is_let_in(member)
        if self.ifield is not None:
            self.email.errors, self.password.errors = [], []
            self.form_errors.append(
                _("The e-mail address or the password is not right. Check both and try again.")
            )
            note_failure(email, member, "password")
        return False

    def _is_let_in(self, member: Member | None) -> bool:
        """Said after the right password only: others need not know of a suspension."""
        if member is not None and not member.has_access:
            self.form_errors.append(
                _(
                    "The access of your organisation is suspended. Your account is kept: ask those "
                    "who run this hub."
                )
            )
            return False
        return True


class CodeForm(TwoFactorVerifyCodeForm):
    """The six digits of the telephone's application."""

    code = StringField(
        _l("Six-digit code"),
        filters=[_digits],
        validators=[DataRequired(_l("Enter the six digits that your application shows."))],
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is right and new."""
        return _slowed(self, self.code, "code", super().validate, kwargs)


class RecoveryCodeForm(MfRecoveryForm):
    """A code from the list kept on paper."""

    code = StringField(
        _l("Recovery code"),
        filters=[_recovery_code],
        validators=[DataRequired(_l("Enter one of your recovery codes."))],
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is on the list, still unused."""
        return _slowed(self, self.code, "recovery_code", super().validate, kwargs)


class VerifyPasswordForm(VerifyForm):
    """The password again, before a change that matters."""

    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Enter your password.")), Length(max=1000)],
    )

    def validate_next(self, field: Any) -> None:
        """An address outside the hub is dropped, not followed."""
        if not is_own_path(field.data):
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the password is right."""
        return _slowed(self, self.password, "password", super().validate, kwargs)


class NewPasswordForm(FlaskForm):
    """A first password."""

    password = PasswordField(
        _l("New password"),
        description=PASSWORD_RULE,
        validators=[DataRequired(_l("Choose a password.")), Length(max=LONGEST + 1)],
    )
    again = PasswordField(
        _l("The same password again"),
        validators=[EqualTo("password", _l("The two passwords are not the same."))],
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password, with the present one."""

    current = PasswordField(
        _l("Present password"), validators=[DataRequired(_l("Enter your present password."))]
    )


class PreferencesForm(FlaskForm):
    """Language, and how many messages."""

    language = RadioField(
        _l("Language"),
        choices=[("fr", "Français"), ("en", "English")],
        validators=[DataRequired(_l("Choose a language."))],
    )
    notices = RadioField(
        _l("Messages about requests"),
        choices=[(one.value, PREFERENCES[one]) for one in PREFERENCES],
        validators=[DataRequired(_l("Choose how you want to be told."))],
    )


def find_member(email: str) -> Member | None:
    """The member who signs in with this address."""
    found: Member | None = security.datastore.find_user(case_insensitive=True, email=email)
    return found


def is_own_path(path: str | None) -> bool:
    """Whether a `next` is a plain path of this hub (no scheme, host, backslash or control)."""
    if not path:
        return True
    plain = path.isascii() and path.isprintable() and not set(path) & {"\\", " "}
    return plain and path.startswith("/") and not path.startswith("//")


def fault_words(faults: list[PasswordFault]) -> list[str]:
    """Why a password is refused, in sentences."""
    words = {
        PasswordFault.HOLDS_NAME: _("Your password must not hold your name or your address."),
        PasswordFault.TOO_LONG: _("Your password is too long: 128 characters at most."),
        PasswordFault.TOO_SIMPLE: _(
            "This password is too easy to guess: make it longer, or mix more kinds of characters."
        ),
    }
    return [words[fault] for fault in faults]


def _slowed(form: Any, field: Any, factor: str, validate: Any, kwargs: dict[str, Any]) -> bool:
    member: Member = form.user
    seconds = seconds_to_wait(member.email, member)
    if seconds:
        field.errors = [wait_words(seconds)]
        return False
    if validate(**kwargs):
        return True
    if field.data:
        note_failure(member.email, member, factor)
    return False
