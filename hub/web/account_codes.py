"""One-time codes: a TOTP code opens one session only, recovery codes are kept as keyed hashes."""

import hmac
from typing import cast

from flask import current_app, g
from flask_security import Totp, UserMixin
from flask_security.recovery_codes import MfRecoveryCodesUtil
from passlib.totp import TotpMatch  # type: ignore[import-untyped]

from hub.extensions import security
from hub.models.member import Member
from hub.queries.sign_ins import last_code_counter
from hub.web.account_acts import actor_of, changed_by, later
from hub.web.work import ports, reading, settings


class SingleUseTotp(Totp):
    """TOTP (RFC 6238) whose codes are refused a second time (§5.2, ASVS 6.5.1)."""

    def __init__(self, secrets: dict[int, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp = self._totp.using(now=lambda: ports().clock.now().timestamp())

    def sealed(self, secret: str) -> str:
        """A base32 secret as the member's row keeps it: encrypted."""
        return str(self._totp(key=secret, format="base32").to_json(encrypt=True))

    def uri(self, email: str, totp_secret: str) -> str:
        """The otpauth: address that an application reads from the QR code."""
        return str(self.get_totp_uri(email, totp_secret))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The time step of the last code used; the demonstration's codes are public anyway."""
        if settings().demonstration:
            return None
        return last_code_counter(reading(), cast(Member, user).id)

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Remember the time step; the sign-in's event will keep it."""
        g.code_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Nothing: the page shows the picture of `accounts.qr_code` (no data: addresses)."""
        return ""


class HashedRecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes of which the database keeps keyed hashes only: they are shown once."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """New codes in clear; they replace the old ones, of which a mail then tells her."""
        if security.datastore.mf_get_recovery_codes(user):
            row = cast(Member, user)
            later(actor_of(row), changed_by(row, "recovery_codes"))
        codes = security.totp_factory.generate_recovery_codes(
            current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"]
        )
        security.datastore.mf_set_recovery_codes(user, [_hash_of(code) for code in codes])
        return list(codes)

    def get_recovery_codes(self, user: UserMixin) -> list[str]:
        """None: nobody can read them again."""
        return []

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Whether this code is one of hers, still unused."""
        wanted = _hash_of(code)
        kept = security.datastore.mf_get_recovery_codes(user)
        return any(hmac.compare_digest(wanted, one) for one in kept)

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Strike out a code that was used."""
        kept = security.datastore.mf_get_recovery_codes(user)
        return bool(security.datastore.mf_delete_recovery_code(user, kept.index(_hash_of(code))))


def _hash_of(code: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, b"recovery code:" + code.encode(), "sha256").hexdigest()
