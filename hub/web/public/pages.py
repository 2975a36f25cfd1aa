"""The pages that are about the hub itself: home, help, accessibility, privacy, terms of use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from hub.web.access import anyone
from hub.web.retention_words import periods
from hub.web.work import ports

bp = Blueprint("pages", __name__)

FILING, TRACKING = "/demander", "/suivre"
DIRECTORY, RIGHTS = "/qui-utilise-mes-donnees", "/mes-droits"


def public_nav() -> list[dict[str, Any]]:
    """Return the four entries of the public menu; the one being visited is current."""
    entries = (
        (_("Make a request"), FILING),
        (_("Follow my request"), TRACKING),
        (_("Who uses my data?"), DIRECTORY),
        (_("My rights"), RIGHTS),
    )
    path = request.path
    return [
        {"text": text, "href": href, "current": path == href or path.startswith(href + "/")}
        for text, href in entries
    ]


@bp.record_once
def give_frame_words(state: BlueprintSetupState) -> None:
    """Give the layouts what they show on every page: the menu and where help is found."""
    settings = state.app.extensions.get("settings")
    state.app.jinja_env.globals.update(
        public_nav=public_nav,
        help_phone=getattr(settings, "help_phone", ""),
        help_email=getattr(settings, "help_email", ""),
    )


@bp.get("/")
@anyone
def home() -> str:
    """What the service does, and the six things a person comes for."""
    return render_template("public/home.html", filing=FILING, tracking=TRACKING)


@bp.get("/aide")
@anyone
def help_page() -> str:
    """Questions people ask, and the ways to reach someone."""
    return render_template("public/help.html", filing=FILING, tracking=TRACKING)


@bp.get("/accessibilite")
@anyone
def accessibility() -> str:
    """Accessibility statement (RGAA 4.1; loi 2005-102 art. 47)."""
    return render_template("public/accessibility.html")


@bp.get("/confidentialite")
@anyone
def privacy() -> str:
    """What the hub itself does with personal data (GDPR 13)."""
    return render_template("public/privacy.html", periods=periods(ports().policies.retention))


@bp.get("/modalites")
@anyone
def terms() -> str:
    """Terms of use of the online service (CRPA L112-9)."""
    return render_template("public/terms.html", filing=FILING)
