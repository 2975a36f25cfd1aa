"""Links of controllers without account, for the operator: whose, whether they open, stop, send."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor
from hub.domain.directory import Channel
from hub.domain.permissions import Permission
from hub.errors import HubError, NotFound
from hub.queries.answer_links import Standing, links_listed
from hub.services.answer_links import revoke, send_new_link
from hub.services.unit_of_work import Work
from hub.web.access import member
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("answer_links", __name__, url_prefix="/exploitation/liens")

MOST_SHOWN = 200


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """The links of open cases, newest first; nothing of what a case says."""
    rows = links_listed(reading(), ports().keyring, ports().clock.now(), MOST_SHOWN)
    return render_template(
        "operator/answer_links.html",
        rows=rows,
        most=MOST_SHOWN,
        standing_words=_standing_words(),
        channel_words={Channel.EMAIL: _("E-mail"), Channel.POST: _("Post")},
    )


@bp.post("/<uuid:referral_id>/arreter")
@member(Permission.OPERATE)
def stop(actor: Actor, referral_id: UUID) -> Response:
    """Stop a link at once."""
    said = _("The link no longer opens anything.")
    return _done(actor, lambda work: revoke(work, referral_id), said)


@bp.post("/<uuid:referral_id>/envoyer")
@member(Permission.OPERATE)
def send(actor: Actor, referral_id: UUID) -> Response:
    """Send a new link to the contact as the directory knows it now."""
    said = _("A new link leaves within seconds. The former one no longer opens anything.")
    return _done(actor, lambda work: send_new_link(work, referral_id), said)


def _done(actor: Actor, act: Callable[[Work], None], said: str) -> Response:
    try:
        with unit_of_work(actor) as work:
            act(work)
    except NotFound:
        raise
    except HubError:
        flash(_("The case has ended, or the directory knows no address: nothing was sent."), "late")
    else:
        flash(said, "ok")
    return redirect(url_for("answer_links.listed"))


def _standing_words() -> dict[Standing, tuple[str, str]]:
    return {
        Standing.EXPIRED: (_("has expired"), "soon"),
        Standing.OPEN: (_("opens the case"), "ok"),
        Standing.OVER: (_("stopped"), "plain"),
    }
