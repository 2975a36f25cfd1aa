"""Forms of accounts, in our own words; a wrong try is written down and slows the next."""

from collections.abc import Mapping
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorVerifyCodeForm,
    current_user,
)
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from hub.domain.passwords import LONGEST, PasswordFault
from hub.extensions import security
from hub.models.member import Member
from hub.services.passkeys import LONGEST_NAME
from hub.web.account_acts import note_failure, seconds_to_wait
from hub.web.notice_vocabulary import PREFERENCES
from hub.web.passkey_ceremonies import Ceremony, PasskeyRefused, PasskeyUse, passkey_used

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


CONFIRM = "confirm-"
"""How the fields that confirm are told from those of the form that is kept meanwhile."""


class ConfirmForm(FlaskForm):
    """Password and code again, or a passkey. `use` is the passkey that proved itself, if any."""

    class Meta(FlaskForm.Meta):
        """The token of the kept form is checked before; a second one would have the same name."""

        csrf = False

    password = PasswordField(_l("Password"), validators=[Length(max=1000)])
    code = StringField(_l("Six-digit code, or one of your recovery codes"))
    passkey = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix=CONFIRM, **kwargs)
        self.use: PasskeyUse | None = None

    @staticmethod
    def is_in(sent: Mapping[str, str]) -> bool:
        """Whether a sent form answers this one."""
        return f"{CONFIRM}password" in sent

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is her, unless too many tries failed lately."""
        row = cast(Member, current_user)
        seconds = seconds_to_wait(row.email, row)
        if seconds:
            self.form_errors.append(wait_words(seconds))
            return False
        if not super().validate(extra_validators):
            return False
        return self._proves_by_passkey(row) if self.passkey.data else self._proves_by_code(row)

    def _proves_by_passkey(self, row: Member) -> bool:
        try:
            use = passkey_used(self.passkey.data, Ceremony.CONFIRM)
        except PasskeyRefused:
            use = None
        if use is None or use.member_id != row.id:
            self.form_errors.append(PASSKEY_FAILED)
            note_failure(row.email, row, "passkey")
            return False
        self.use = use
        return True

    def _proves_by_code(self, row: Member) -> bool:
        typed = security.password_util.normalize(self.password.data or "")
        if not typed or not row.verify_and_update_password(typed):
            return self._wrong(row, self.password, _("This is not your password."), "password")
        if not _is_code_of(row, self.code.data or ""):
            said = _(
                "This code is not right, or was already used. Wait for the next one and enter it."
            )
            return self._wrong(row, self.code, said, "code")
        return True

    def _wrong(self, row: Member, field: Any, said: str, factor: str) -> bool:
        field.errors = [said]
        note_failure(row.email, row, factor)
        return False


PASSKEY_FAILED = _l(
    "This passkey could not be checked. Try again, or give your password and a code."
)


def _is_code_of(row: Member, typed: str) -> bool:
    """Whether it is the code of the moment, or a recovery code: it is then struck out."""
    digits = _digits(typed) or ""
    if digits.isdigit() and row.tf_totp_secret:
        return bool(security.totp_factory.verify_totp(digits, row.tf_totp_secret, row, window=30))
    code = _recovery_code(typed) or ""
    codes = security.mf_recovery_codes_util
    if not codes.check_recovery_code(row, code):
        return False
    codes.delete_recovery_code(row, code)
    security.datastore.commit()
    return True


class ForgottenPasswordForm(FlaskForm):
    """The address of an account."""

    email = EmailField(
        _l("E-mail address"),
        filters=[_stripped],
        validators=[DataRequired(_l("Enter your e-mail address.")), Length(max=255)],
    )


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


class PasskeyForm(FlaskForm):
    """The name of a new passkey; the browser fills in what the device says."""

    name = StringField(
        _l("Name of the passkey"),
        validators=[
            DataRequired(_l("Give it a name, to know it from the others.")),
            Length(max=LONGEST_NAME, message=_l("60 characters at most.")),
        ],
    )
    passkey = HiddenField()


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
        PasswordFault.TOO_COMMON: _(
            "This password is made of words, years or runs that everybody tries first. Choose "
            "words of your own."
        ),
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
