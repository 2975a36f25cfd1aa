"""The page of an opt-out: whether it stands, its whole history, taking it back, and why."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from hub.domain.complaints import LONGEST_COMPLAINT
from hub.domain.opt_outs import LONGEST_REASON, OptOutAct
from hub.errors import HubError, NotFound
from hub.queries.complaints import ComplaintRow, complaints_of
from hub.queries.opt_outs import OptOutHistory, OptOutLine, opt_out_history
from hub.queries.visits import OpenVisit
from hub.services.complaining import make_complaint
from hub.services.opt_outs import change_opt_out, give_reason
from hub.web.access import holder
from hub.web.complaint_vocabulary import OUTCOMES
from hub.web.filters import day
from hub.web.form_fields import PressForm, at_most
from hub.web.law_words import right_words
from hub.web.opt_out_words import said_on, showing_hour
from hub.web.public.tracking_acts import ToConfirm
from hub.web.public.tracking_frame import me, refusal_words, tracked_of
from hub.web.work import reading, request_keys, unit_of_work

bp = Blueprint("tracking_opt_out", __name__, url_prefix="/suivre/refus-europeen")


class ReasonForm(FlaskForm):
    """Why she refused, asked once it is recorded; nothing depends on it."""

    reason = TextAreaField(
        _l("Why did you refuse?"),
        validators=[
            DataRequired(_l("Write your reason, or leave this page: nothing depends on it.")),
            at_most(LONGEST_REASON),
        ],
    )


class ComplaintForm(FlaskForm):
    """What she says to the CNIL."""

    text = TextAreaField(
        _l("What happened?"),
        validators=[
            DataRequired(_l("Say what happened.")),
            at_most(LONGEST_COMPLAINT),
        ],
    )


@bp.get("")
@holder
def status(visit: OpenVisit) -> str:
    """Whether she is opted out, since when and for what, and everything recorded before."""
    return _page(visit, ReasonForm(formdata=None))


@bp.get("/changer")
@holder
def ask_change(visit: OpenVisit) -> str:
    """What taking it back, or refusing again, means; nothing is changed yet."""
    return _asked(_history(visit))


@bp.post("/changer")
@holder
def change(visit: OpenVisit) -> Any:
    """Take it back, or refuse again: one page and one button each way."""
    history = _history(visit)
    if not PressForm().validate_on_submit():
        return _asked(history), 422
    act = history.next_act
    said = {
        OptOutAct.REGISTERED: _("Your refusal is recorded. It counts from now."),
        OptOutAct.REVERSED: _("You have taken back your refusal. It counts from now."),
    }
    try:
        with unit_of_work(me(visit)) as work:
            change_opt_out(work, visit.rights_request_id, act)
    except HubError as refusal:
        flash(refusal_words(refusal), "late")
    else:
        flash(said[act], "ok")
    return redirect(url_for("tracking_opt_out.status"))


@bp.post("/raison/<uuid:entry_id>")
@holder
def say_why(visit: OpenVisit, entry_id: UUID) -> Any:
    """Keep her reason, if she wants to give one."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(visit, form), 422
    try:
        with unit_of_work(me(visit)) as work:
            give_reason(work, visit.rights_request_id, entry_id, form.reason.data or "")
    except NotFound:
        raise
    except HubError:
        flash(_("Your reason was kept already."), "info")
    else:
        flash(_("Thank you. Your reason is kept with your refusal."), "ok")
    return redirect(url_for("tracking_opt_out.status"))


@bp.get("/reclamation")
@holder
def complaint(visit: OpenVisit) -> str:
    """Complaining that the refusal is not respected: what happens to it, and her words."""
    _history(visit)
    return _complaint_page(ComplaintForm(formdata=None))


@bp.post("/reclamation")
@holder
def complain(visit: OpenVisit) -> Any:
    """Take her complaint; the hub transmits it to the CNIL and tells her (EHDS 81)."""
    _history(visit)
    form = ComplaintForm()
    if not form.validate_on_submit():
        return _complaint_page(form), 422
    try:
        with unit_of_work(me(visit)) as work:
            make_complaint(work, visit.rights_request_id, form.text.data or "")
    except NotFound:
        raise
    except HubError as refusal:
        form.form_errors.append(refusal_words(refusal))
        return _complaint_page(form), 503
    flash(_("Your complaint is recorded. We transmit it to the CNIL and tell you when."), "ok")
    return redirect(url_for("tracking_opt_out.status"))


def _history(visit: OpenVisit) -> OptOutHistory:
    history = opt_out_history(reading(), request_keys(), visit.rights_request_id)
    if not history.lines:
        raise NotFound(rights_request_id=visit.rights_request_id)
    return history


def _page(visit: OpenVisit, form: ReasonForm) -> str:
    history, found = _history(visit), tracked_of(visit)
    return render_template(
        "public/opt_out/status.html",
        nav=opt_out_nav("status"),
        found=found,
        right=right_words(found.right),
        history=history,
        counts_for=said_on(history.last.recorded_at),
        cut_off=showing_hour(),
        rows=[_row(one) for one in history.lines],
        complaints=[_said_of(one) for one in complaints_of(reading(), visit.rights_request_id)],
        reason_form=form if history.last.may_say_why else None,
    )


def opt_out_nav(current: str) -> list[dict[str, Any]]:
    """The menu of such a visit: her refusal, help."""
    entries = (
        ("status", _("My refusal"), url_for("tracking_opt_out.status")),
        ("help", _("Help"), url_for("pages.help_page")),
    )
    return [
        {"text": text, "href": href, "current": name == current} for name, text, href in entries
    ]


def _row(line: OptOutLine) -> dict[str, Any]:
    titles = {
        OptOutAct.REGISTERED: _("You refused"),
        OptOutAct.REVERSED: _("You took back your refusal"),
    }
    text = said_on(line.recorded_at)
    if line.reason:
        text = _("%(permits)s Your reason: “%(reason)s”", permits=text, reason=line.reason)
    return {"title": titles[line.act], "at": line.recorded_at, "text": text}


def _said_of(complaint: ComplaintRow) -> dict[str, Any]:
    """Where her complaint stands, as a step of a timeline."""
    title = _("Your complaint %(number)s", number=complaint.number)
    if complaint.transmitted_on is None:
        return {
            "title": title,
            "at": complaint.made_at,
            "state": "now",
            "text": _("Received. We transmit it to the CNIL and tell you when it is done."),
        }
    text = _("Transmitted to the CNIL on %(date)s.", date=day(complaint.transmitted_on))
    if complaint.cnil_number:
        text += " " + _("Its number there: %(number)s.", number=complaint.cnil_number)
    if complaint.outcome is not None:
        facts = {"date": day(complaint.outcome_on), "outcome": OUTCOMES[complaint.outcome]}
        text += " " + _("Outcome of %(date)s: %(outcome)s.", **facts)
    return {"title": title, "at": complaint.made_at, "text": text}


def _complaint_page(form: ComplaintForm) -> str:
    return render_template("public/opt_out/complaint.html", nav=opt_out_nav("status"), form=form)


def _asked(history: OptOutHistory) -> str:
    if history.stands:
        asked = ToConfirm(
            _("Take back my refusal?"),
            (
                _(
                    "Permits approved from now on may include your data, also those of the time of "
                    "your refusal."
                ),
                _("Permits already approved do not change. You can refuse again at any time."),
            ),
            _("Take back my refusal"),
        )
    else:
        asked = ToConfirm(
            _("Refuse again?"),
            (
                _("Permits approved from now on will leave you out."),
                _("Permits already approved do not change. You can take it back at any time."),
            ),
            _("Refuse again"),
        )
    return render_template(
        "public/tracking/confirm_act.html",
        nav=opt_out_nav("status"),
        asked=asked,
        form=PressForm(),
    )
