"""A controller's contact without account: her link, the code of her mailbox, one case to answer."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from hub.domain.actors import SYSTEM, Actor, contact
from hub.domain.answer_links import CODE_LASTS, VISIT_LASTS
from hub.domain.lifecycle import Action
from hub.domain.references import normalise_number
from hub.errors import HubError, Invalid, NotFound
from hub.models.answer import Direction
from hub.queries.answer_links import LinkFound, Standing, link_of_number, link_of_token
from hub.queries.referral_rows import ReferralPage
from hub.services import answer_links, working
from hub.services.confirming import WrongCode
from hub.services.opening import open_referral
from hub.services.visits import TooManyTries
from hub.web.access import LINK_COOKIE, anyone, by_link, case_of_visit
from hub.web.clock_words import explain, summary
from hub.web.controller.act_forms import EmptyForm
from hub.web.controller.answers import Way, answer_steps
from hub.web.controller.case_frame import case_of, done_or_said, open_actions, whose_page
from hub.web.controller.case_words import next_act_words, person_rows, representative_rows
from hub.web.controller.handing_over import handed_over, ticket_for
from hub.web.controller.inbox import organisation_of, today
from hub.web.controller.words import deadline_words
from hub.web.form_fields import at_most
from hub.web.kept_letters import letter_download
from hub.web.law_words import outcome_words, referral_state_words, right_term
from hub.web.locale import current_language
from hub.web.mailbox_words import masked
from hub.web.work import ports, reading, settings, unit_of_work

bp = Blueprint("by_link", __name__)

LONGEST_TOKEN = 200
NO_NAV: list[dict[str, Any]] = []


class EnterForm(FlaskForm):
    """The code of the message, and who answers."""

    code = StringField(
        _l("Six-digit code"),
        validators=[
            DataRequired(_l("Enter the six digits of the message.")),
            Length(max=40, message=_l("The code has six digits.")),
        ],
    )
    name = StringField(
        _l("Your given name and family name"),
        validators=[
            DataRequired(_l("Enter your name: the answer will bear it.")),
            at_most(answer_links.LONGEST_NAME),
        ],
    )


class LetterForm(FlaskForm):
    """What our letter bears, and who answers."""

    number = StringField(
        _l("Number of the case"),
        validators=[DataRequired(_l("Enter the number that the letter bears.")), at_most(40)],
    )
    code = StringField(
        _l("Code of our letter"),
        validators=[DataRequired(_l("Enter the code that the letter bears.")), at_most(80)],
    )
    name = StringField(
        _l("Your given name and family name"),
        validators=[
            DataRequired(_l("Enter your name: the answer will bear it.")),
            at_most(answer_links.LONGEST_NAME),
        ],
    )


@bp.route("/repondre", methods=["GET", "POST"])
@anyone
def letter_door() -> Any:
    """The page named in our letter: its number and its code open the one request."""
    form = LetterForm()
    if form.validate_on_submit():
        visit_token = _entered_by_letter(form)
        if visit_token is not None:
            return _given(visit_token)
    page = render_template("controller/by_link/letter_door.html", form=form, nav=NO_NAV)
    return (page, 422) if form.errors else page


@bp.get("/lien/<token>")
@anyone
def arrive(token: str) -> Any:
    """The link of the mail: a button sends the code; a link that is over says so."""
    found = _found(token)
    if found is None or found.standing is not Standing.OPEN:
        return _closed(found, token)
    return _page("arrive", found, token=token, form=EmptyForm())


@bp.post("/lien/<token>/code")
@anyone
def send_code(token: str) -> Any:
    """Send the code to the registered mailbox, and ask for it."""
    found = _found(token)
    if found is None or found.standing is not Standing.OPEN:
        return _closed(found, token)
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work(_nameless(found)) as work:
                answer_links.send_code(work, token[:LONGEST_TOKEN])
        except HubError as refusal:
            flash(_refusal_words(refusal), "soon")
    return redirect(url_for("by_link.enter", token=token))


@bp.get("/lien/<token>/code")
@anyone
def enter(token: str) -> Any:
    """Where the code is typed."""
    found = _found(token)
    if found is None or found.standing is not Standing.OPEN:
        return _closed(found, token)
    return _page("code", found, token=token, form=EnterForm())


@bp.post("/lien/<token>/entrer")
@anyone
def try_code(token: str) -> Any:
    """Open the case with the code; a wrong one counts as a try."""
    found = _found(token)
    if found is None or found.standing is not Standing.OPEN:
        return _closed(found, token)
    form = EnterForm()
    if form.validate_on_submit():
        visit_token = _entered(found, token[:LONGEST_TOKEN], form)
        if visit_token is not None:
            return _given(visit_token)
    return _page("code", found, token=token, form=form), 422


@bp.post("/lien/<token>/nouveau")
@anyone
def renew(token: str) -> Any:
    """Send a new link to the registered mailbox, in place of one that has expired."""
    found = _found(token)
    if found is None or found.standing is not Standing.EXPIRED:
        return _closed(found, token)
    if EmptyForm().validate_on_submit():
        with unit_of_work(_nameless(found)) as work:
            answer_links.renew(work, token[:LONGEST_TOKEN])
        return _page("renewed", found)
    return _closed(found, token)


@bp.get("/reponse/fin")
@anyone
def over() -> Any:
    """The visit is over."""
    return render_template("controller/by_link/left.html", nav=NO_NAV)


@bp.get("/reponse/lien")
@anyone
def uninvited() -> Any:
    """What this page is, for whoever came without a visit: a link, or a letter, opens one."""
    return render_template("controller/by_link/uninvited.html", nav=NO_NAV)


@bp.get("/reponse")
@by_link
def case(actor: Actor) -> str:
    """All that this controller must know to answer, and what it may do."""
    found = case_of(actor, case_of_visit(actor))
    clock = found.clock
    actions = open_actions(actor, found)
    files = [one for one in found.documents if one.direction is Direction.FROM_PERSON]
    return render_template(
        "controller/by_link/case.html",
        case=found,
        actions=actions,
        band=next_act_words(found, today()),
        person=person_rows(found.person),
        representative=representative_rows(found.person),
        right=right_term(found.right),
        state=referral_state_words(found.state).staff,
        deadline=deadline_words(
            found.state,
            clock.due_on,
            clock.strict_on,
            today(),
            found.waiting_for,
            was_answered=clock.stopped_on is not None,
        ),
        dates=_dates(found),
        explanation=explain(clock, current_language(), _),
        files=_listed(found, files),
        outcome_words=outcome_words,
        form=EmptyForm(),
        **whose_page(actor, found),
    )


@bp.post("/reponse/accuser")
@by_link
def acknowledge(actor: Actor) -> Any:
    """Say that the request was received."""
    referral_id = case_of_visit(actor)
    said = _("Receipt is acknowledged. The person sees it on her page.")
    return done_or_said(
        actor, referral_id, lambda work: working.acknowledge(work, referral_id), said
    )


@bp.route("/reponse/repondre", methods=["GET", "POST"])
@by_link
def answer(actor: Actor) -> Any:
    """Answer item by item, with a letter and files."""
    said = _("The answer is sent. The person is told that she can read it.")
    return answer_steps(actor, case_of_visit(actor), Way(Action.ANSWER, said))


@bp.post("/reponse/documents/<uuid:document_id>")
@by_link
def document(actor: Actor, document_id: UUID) -> Response:
    """Ask for a file that the person sent: the answer is its ticket, for this visit, once."""
    ticket = ticket_for(actor, case_of_visit(actor), document_id, _visit())
    return redirect(url_for("by_link.download", ticket=ticket), 303)


@bp.get("/reponse/telechargement/<ticket>")
@by_link
def download(actor: Actor, ticket: str) -> Response:
    """Hand over one file; its opening is written in the log."""
    file = handed_over(actor, case_of_visit(actor), ticket, _visit())
    return file or redirect(url_for("by_link.case"))


@bp.get("/reponse/lettre/<uuid:answer_id>.pdf")
@by_link
def letter(actor: Actor, answer_id: UUID) -> Response:
    """The letter of an answer of this case, as the person has it."""
    if answer_id not in {one.id for one in case_of(actor, case_of_visit(actor)).answers}:
        raise NotFound(answer_id=answer_id)
    return letter_download(actor, answer_id, organisation_id=organisation_of(actor))


@bp.post("/reponse/quitter")
@by_link
def leave(actor: Actor) -> Any:
    """End the visit."""
    with unit_of_work(actor) as work:
        answer_links.leave(work, request.cookies.get(LINK_COOKIE, ""))
    response = make_response(redirect(url_for("by_link.over")))
    response.delete_cookie(LINK_COOKIE, path="/", secure=settings().is_public_url_secure)
    return response


def _found(token: str) -> LinkFound | None:
    return link_of_token(reading(), ports().keyring, token[:LONGEST_TOKEN], ports().clock.now())


def _nameless(found: LinkFound) -> Actor:
    """Whoever holds the link, before the code tells that she reads the mailbox."""
    return contact(found.referral_id, found.organisation_id, "")


def _entered(found: LinkFound, token: str, form: EnterForm) -> bytes | None:
    """The token of the visit, or None with what was wrong beside its field."""
    actor = contact(found.referral_id, found.organisation_id, form.name.data.strip())
    try:
        with unit_of_work(actor) as work:
            came = answer_links.enter(work, token, form.code.data, form.name.data)
            if isinstance(came, bytes):
                open_referral(work, found.referral_id)
    except Invalid:
        form.name.errors = [_("Enter your name: the answer will bear it.")]
        return None
    if isinstance(came, bytes):
        return came
    form.code.errors = [_refusal_words(came)]
    return None


def _entered_by_letter(form: LetterForm) -> bytes | None:
    number = normalise_number(form.number.data)
    found = link_of_number(reading(), ports().keyring, number)
    name = form.name.data.strip()
    actor = contact(found.referral_id, found.organisation_id, name) if found else SYSTEM
    try:
        with unit_of_work(actor) as work:
            came = answer_links.enter_by_letter(work, number, form.code.data, name)
            if isinstance(came, bytes) and found is not None:
                open_referral(work, found.referral_id)
    except Invalid:
        form.name.errors = [_("Enter your name: the answer will bear it.")]
        return None
    if isinstance(came, bytes):
        return came
    form.form_errors.append(_letter_refusal(came))
    return None


def _letter_refusal(refusal: HubError) -> str:
    if isinstance(refusal, TooManyTries):
        return _(
            "Too many wrong codes. Wait %(seconds)s seconds, then try again.",
            seconds=refusal.facts["seconds"],
        )
    return _(
        "This number and this code open nothing together. Check both on the letter; a newer letter "
        "replaces an older one."
    )


def _given(visit_token: bytes) -> Response:
    response = make_response(redirect(url_for("by_link.case")))
    response.set_cookie(
        LINK_COOKIE,
        visit_token.hex(),
        max_age=int(VISIT_LASTS.total_seconds()),
        path="/",
        secure=settings().is_public_url_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _refusal_words(refusal: HubError) -> str:
    if isinstance(refusal, WrongCode):
        left = int(refusal.facts["tries_left"])
        if left:
            return ngettext(
                "This is not the code of the last message. %(num)s try left.",
                "This is not the code of the last message. %(num)s tries left.",
                left,
            )
    minutes = int(CODE_LASTS.total_seconds() // 60)
    return {
        "sent_just_now": _("A code left less than two minutes ago. Look in the mailbox."),
        "too_many_codes": _("Ten codes left for this mailbox today. Try again tomorrow."),
        "code_too_old": _(
            "This code no longer works: a code lasts %(minutes)s minutes. Ask for a new one.",
            minutes=minutes,
        ),
    }.get(refusal.code, _("This code was mistyped too many times. Ask for a new one."))


def _closed(found: LinkFound | None, token: str) -> Any:
    """An expired link offers a new one; all others are over alike, and say no more."""
    if found is not None and found.standing is Standing.EXPIRED:
        return _page("expired", found, token=token, form=EmptyForm()), 410
    return render_template("controller/by_link/over.html", nav=NO_NAV), 410


def _visit() -> bytes:
    """What only the browser of this visit has."""
    return request.cookies.get(LINK_COOKIE, "").encode()


def _page(name: str, found: LinkFound, **more: Any) -> str:
    return render_template(
        f"controller/by_link/{name}.html",
        link=found,
        mailbox=masked(found.address),
        organisation_name=found.organisation_name,
        minutes=int(CODE_LASTS.total_seconds() // 60),
        nav=NO_NAV,
        **more,
    )


def _dates(case: ReferralPage) -> list[tuple[str, str]]:
    labelled = summary(case.clock, current_language(), _)
    given = [(label.rstrip(" :\xa0"), on) for label, on in labelled]
    return [(_("Answer due"), given[0][1]), *given[1:]]


def _listed(case: ReferralPage, files: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "size": one.size,
            "ask": None if one.deleted_at else url_for("by_link.document", document_id=one.id),
        }
        for one in files
    ]
