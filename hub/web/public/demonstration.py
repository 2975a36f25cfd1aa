"""The demonstration's own page: its accounts, with the codes of the moment."""

from flask import Blueprint, abort, render_template
from flask.blueprints import BlueprintSetupState

from hub.demo.accounts import PASSWORD, accounts_rows
from hub.web.access import anyone
from hub.web.portal import role_words
from hub.web.work import ports, settings

bp = Blueprint("demonstration", __name__)
STEP_SECONDS = 30


@bp.record_once
def show_the_way(state: BlueprintSetupState) -> None:
    """Let the sign-in pages lead to the accounts, in a demonstration only."""
    shown = state.app.extensions["settings"].demonstration
    address = "/demonstration/comptes" if shown else None
    state.app.jinja_env.globals["demonstration_accounts_url"] = address


@bp.get("/demonstration/comptes")
@anyone
def accounts() -> str:
    """Every account of the demonstration; a hub that serves people has no such page."""
    if not settings().demonstration:
        abort(404)
    now = ports().clock.now()
    return render_template(
        "public/demonstration_accounts.html",
        accounts=accounts_rows(now),
        password=PASSWORD,
        seconds_left=STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS,
        role_words=role_words,
    )
