"""Binds Flask-Security to the hub's members: password and TOTP, sessions that end, written acts."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Flask, abort
from flask_security import Security, SQLAlchemyUserDatastore

from config import Settings
from hub.extensions import db
from hub.models.member import Member, RoleRow
from hub.web import (
    account_acts,
    account_pages,
    account_proconnect,
    account_sessions,
    confirmation,
    passkeys,
    portal,
)
from hub.web.account_codes import HashedRecoveryCodes, SingleUseTotp
from hub.web.account_forms import (
    CodeForm,
    RecoveryCodeForm,
    SignInForm,
)
from hub.web.confirmation import lately_confirmed
from hub.web.translations import FOLDER

UNUSED_VIEWS = ("security.two_factor_rescue", "security.tf_select", "security.verify")
SIGNED_IN_VIEWS = ("security.mf_recovery_codes", "security.two_factor_setup_validate")
CONFIRMED_VIEWS = (
    *SIGNED_IN_VIEWS,
    "security.two_factor_setup",
    "security.two_factor_token_validation",
)
RECOVERY_CODES = 10


def N_(text: str) -> str:  # noqa: N802  (the name that message extraction knows)
    """Mark a message for the catalogue; Flask-Security translates it when it is shown."""
    return text


MESSAGES = {
    "ANONYMOUS_USER_REQUIRED": (N_("You are already signed in."), "info"),
    "API_ERROR": (N_("This page could not read what was sent. Try again."), "late"),
    "INVALID_INPUT": (N_("This page could not read what was sent. Try again."), "late"),
    "INVALID_PASSWORD": (N_("This is not your password."), "late"),
    "INVALID_RECOVERY_CODE": (
        N_("This recovery code is not right, or was already used. Try another one."),
        "late",
    ),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes yet."), "info"),
    "PASSWORD_NOT_PROVIDED": (N_("Enter your password."), "late"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (N_("Your new application is registered."), "ok"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("This code is not right, or was already used. Wait for the next one and enter it."),
        "late",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "ok"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (
        N_("This page could not read what was sent. Try again."),
        "late",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (
        N_("Too much time has passed. Sign in again; nothing was lost."),
        "info",
    ),
    "TWO_FACTOR_SETUP_EXPIRED": (
        N_("Too much time has passed. Sign in again; nothing was lost."),
        "info",
    ),
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "UNAUTHORIZED": (N_("Your account does not give access to this page."), "late"),
}


def init_app(app: Flask) -> None:
    """Bind accounts to the application: its routes, forms, sessions and acts."""
    settings: Settings = app.extensions["settings"]
    app.config.from_mapping(_configuration(settings))
    app.config.from_mapping({f"SECURITY_MSG_{key}": value for key, value in MESSAGES.items()})
    with app.app_context():
        bound = Security(
            app,
            SQLAlchemyUserDatastore(db, Member, RoleRow),
            login_form=SignInForm,
            two_factor_verify_code_form=CodeForm,
            mf_recovery_form=RecoveryCodeForm,
            totp_cls=SingleUseTotp,
            mf_recovery_codes_util_cls=HashedRecoveryCodes,
        )
    bound.want_json(lambda _: False)
    # The library would also let in whoever shows its own tokens, past the second factor.
    bound.login_manager.request_loader(lambda _: None)
    _close_unused_views(app)
    account_sessions.init_app(app)
    account_acts.init_app(app)
    portal.init_app(app)
    bound.login_context_processor(account_proconnect.offered_at_sign_in)
    bound.login_context_processor(passkeys.offered_at_sign_in)
    for module in (account_pages, account_proconnect, confirmation, passkeys):
        app.register_blueprint(module.bp)


def _close_unused_views(app: Flask) -> None:
    def absent(**_: Any) -> None:
        abort(404)

    views: dict[str, Any] = app.view_functions
    for endpoint in UNUSED_VIEWS:
        views[endpoint] = absent
    for endpoint in CONFIRMED_VIEWS:
        views[endpoint] = lately_confirmed(views[endpoint])
    for endpoint, view in views.items():
        if endpoint.startswith("security."):
            # Flask-Security guards its own pages: the badge says how.
            signed_in = endpoint in SIGNED_IN_VIEWS
            view.access = "member:be_signed_in" if signed_in else "anyone"


def _configuration(settings: Settings) -> dict[str, object]:
    addresses = {
        "SECURITY_LOGIN_URL": "/connexion",
        "SECURITY_LOGOUT_URL": "/deconnexion",
        "SECURITY_VERIFY_URL": "/connexion/verification",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/connexion/code",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/connexion/second-facteur",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/connexion/aide",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/connexion/choix",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/connexion/code-de-secours",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/compte/codes-de-secours",
        "SECURITY_POST_LOGIN_VIEW": "/connexion/suite",
        "SECURITY_POST_LOGOUT_VIEW": "/connexion",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/compte",
    }
    return addresses | _factors(settings)


def _factors(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_STATIC_FOLDER": None,
        # The library would write "no-store=True", which no browser obeys: ours is "no-store".
        "SECURITY_CACHE_CONTROL": {},
        "SECURITY_I18N_DOMAIN": "accounts",
        "SECURITY_I18N_DIRNAME": [str(FOLDER)],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": _argon2id(settings),
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_REQUIRED": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_TOTP_SECRETS": {1: derived_key(settings, "totp").hex()},
        "SECURITY_TOTP_ISSUER": settings.service_name.replace(":", " "),
        # Never by the library's cookie: the session's row says until when she is confirmed.
        "SECURITY_FRESHNESS": timedelta(seconds=-1),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    }


def _argon2id(settings: Settings) -> dict[str, object]:
    """RFC 9106 §4, second choice (64 MiB, 3 passes), on one lane; next to nothing in tests."""
    memory, passes = (64, 1) if settings.testing else (65536, 3)
    return {
        "argon2__type": "ID",
        "argon2__memory_cost": memory,
        "argon2__rounds": passes,
        "argon2__parallelism": 1,
    }


def derived_key(settings: Settings, purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the hub's secret key."""
    return hmac.new(settings.secret_key.encode(), purpose.encode(), hashlib.sha256).digest()
