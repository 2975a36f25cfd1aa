"""The mails that a demonstration caught instead of sending them."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, render_template

from config import Settings
from hub.queries.caught_mail import MOST_SHOWN, caught_mails, count_caught
from hub.queries.caught_mail import caught_mail as mail_of
from hub.web.access import anyone

bp = Blueprint("caught_mail", __name__, url_prefix="/demonstration/courriels")


@bp.get("")
@anyone
def mailbox() -> str:
    """Every mail caught, newest first."""
    spool = _spool()
    return render_template(
        "operator/caught_mails.html",
        mails=caught_mails(spool),
        count=count_caught(spool),
        most=MOST_SHOWN,
    )


@bp.get("/<mail_id>")
@anyone
def one(mail_id: str) -> str:
    """One mail, as plain text."""
    mail = mail_of(_spool(), mail_id)
    if mail is None:
        abort(404)
    return render_template("operator/caught_mail.html", mail=mail)


def init_app(app: Flask, settings: Settings) -> None:
    """Show the mails of a demonstration; a hub for real people has no such page."""
    if settings.demonstration and settings.mail_spool is not None:
        app.register_blueprint(bp)


def _spool() -> Path:
    settings: Settings = current_app.extensions["settings"]
    if settings.mail_spool is None:
        abort(404)
    return settings.mail_spool
