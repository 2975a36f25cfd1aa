"""The ways to controllers, for the operators: how each goes, a trial of it, how it is set up."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import Actor
from hub.domain.channel_trials import TYPED_BACK, TriedWay
from hub.domain.mail_records import records_to_publish
from hub.domain.permissions import Permission
from hub.errors import HubError, NotFound
from hub.queries.channel_health import addressee, health_of, trial_under_way
from hub.services.channel_trials import TrialOver, ask_trial, pass_by_code
from hub.services.confirming import WrongCode
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.form_fields import PressForm
from hub.web.operator.trial_letter import trial_letter
from hub.web.operator.way_words import (
    RECORD_NEEDS,
    TRIALS,
    WAYS,
    band_words,
    fact_rows,
    mark_words,
    trial_words,
)
from hub.web.work import ports, reading, settings, unit_of_work

bp = Blueprint("ways", __name__, url_prefix="/exploitation/voies")

PATHS = {
    "boite": TriedWay.PORTAL,
    "courriel": TriedWay.EMAIL,
    "lien": TriedWay.LINK,
    "logiciel": TriedWay.WEBHOOK,
    "courrier": TriedWay.POST,
}
"""The ways in the order in which they are shown, by what their addresses say."""


class CodeForm(FlaskForm):
    """The code that the trial brought."""

    code = StringField(
        _l("Six-digit code"),
        validators=[
            DataRequired(_l("Enter the six digits of the message.")),
            Length(max=40, message=_l("The code has six digits.")),
        ],
    )


@bp.get("")
@member(Permission.OPERATE)
def listed(actor: Actor) -> str:
    """The five ways, and how each goes."""
    found = [(path, health_of(reading(), way, _now())) for path, way in PATHS.items()]
    rows = [
        {
            "way": WAYS[health.way],
            "href": url_for("ways.shown", way=path),
            "mark": mark_words(health, is_set_up=_is_set_up(health.way)),
            "waiting": health.waiting,
            "last_done_at": health.last_done_at,
        }
        for path, health in found
    ]
    return render_template("operator/ways/listed.html", rows=rows)


@bp.get("/<way>")
@member(Permission.OPERATE)
def shown(actor: Actor, way: str) -> str:
    """One way: its health, its trial, its set-up."""
    return _page(way, CodeForm())


@bp.post("/<way>/essai")
@member(Permission.OPERATE)
def ask(actor: Actor, way: str) -> Response:
    """Begin a trial."""
    tried = _way(way)
    if PressForm().validate_on_submit():
        with unit_of_work(actor) as work:
            ask_trial(work, tried)
        flash(str(TRIALS[tried].asked), "ok")
    return redirect(url_for("ways.shown", way=way))


@bp.post("/<way>/code")
@member(Permission.OPERATE)
def type_back(actor: Actor, way: str) -> Any:
    """Type the code of the trial back."""
    tried, form = _way(way), CodeForm()
    if tried not in TYPED_BACK:
        abort(404)
    if form.validate_on_submit():
        refusal = _typed(actor, tried, str(form.code.data))
        if refusal is None:
            flash(_("The trial came back: this way works."), "ok")
            return redirect(url_for("ways.shown", way=way))
        form.code.errors = [_refusal_words(refusal)]
    return _page(way, form), 422


@bp.get("/courrier/lettre.pdf")
@member(Permission.OPERATE)
def letter(actor: Actor) -> Response:
    """The letter of the trial, to print and to lay in its envelope."""
    trial_id = trial_under_way(reading(), TriedWay.POST, _now())
    if trial_id is None or actor.organisation_id is None:
        raise NotFound
    to = addressee(reading(), actor.organisation_id)
    return download_of(trial_letter(trial_id, to), "essai.pdf")


def _typed(actor: Actor, tried: TriedWay, code: str) -> HubError | None:
    try:
        with unit_of_work(actor) as work:
            return pass_by_code(work, tried, code)
    except TrialOver as over:
        return over


def _refusal_words(refusal: HubError) -> str:
    if isinstance(refusal, TrialOver):
        return _("This trial is over. Begin another one.")
    if isinstance(refusal, WrongCode) and refusal.facts["tries_left"]:
        return _("This is not the code of the last trial.")
    return _("This code was mistyped too many times. Begin another trial.")


def _page(path: str, form: CodeForm) -> str:
    way = _way(path)
    health = health_of(reading(), way, _now())
    is_set_up = _is_set_up(way)
    under_way = health.trial is not None and not (health.trial.passed_at or health.trial.is_over)
    return render_template(
        "operator/ways/way.html",
        path=path,
        way=way,
        title=WAYS[way],
        band=band_words(health, is_set_up=is_set_up),
        facts=fact_rows(health),
        trial=TRIALS[way],
        trial_said=trial_words(health),
        is_typed_back=under_way and way in TYPED_BACK,
        form=form,
        settings=settings(),
        records=records_to_publish(settings().mail_sender, settings().reply_domain),
        record_needs=RECORD_NEEDS,
        answer_page=f"{settings().public_url.rstrip('/')}/repondre",
    )


def _way(path: str) -> TriedWay:
    if path not in PATHS:
        abort(404)
    return PATHS[path]


def _is_set_up(way: TriedWay) -> bool:
    """Whether the settings hold what a way needs; only e-mail needs any."""
    return way is not TriedWay.EMAIL or settings().reply_domain is not None


def _now() -> Any:
    return ports().clock.now()
