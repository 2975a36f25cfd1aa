"""Going to the CNIL: what she can do now, in order, and the file to take with her."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from hub.domain.complaints import FOUNDED, Cause, is_passed_on_to_cnil
from hub.domain.lifecycle import Action, RequestState, actions_open
from hub.errors import NotFound
from hub.queries.controller_contacts import controller_contacts
from hub.queries.tracking_rows import TrackedReferral, TrackedRequest
from hub.queries.visits import OpenVisit
from hub.services.complaining import record_cnil_file
from hub.web.access import holder
from hub.web.downloads import download_of
from hub.web.filters import day
from hub.web.law_words import outcome_words
from hub.web.public.cnil_file import build_cnil_file
from hub.web.public.cnil_pieces import Complained
from hub.web.public.tracking_frame import me, referral_of, request_of, today, tracking_nav
from hub.web.public.tracking_standing import NOT_SENT
from hub.web.remedies import CNIL_ONLINE, CNIL_POSTAL, court_words
from hub.web.work import ports, reading, settings, unit_of_work

bp = Blueprint("tracking_cnil", __name__, url_prefix="/suivre/cnil")

ALL = "all"


@dataclass(frozen=True)
class Choice:
    """One controller she may complain of: what is true of it, and whether that is why she can."""

    referral: TrackedReferral
    cause: Cause
    words: str
    may_contest: bool

    @property
    def is_founded(self) -> bool:
        """Whether it has not answered in time, or has refused."""
        return self.cause in FOUNDED


class AboutForm(FlaskForm):
    """About which controller the file is: all of them, or one."""

    referral = RadioField(
        _l("About which organisation?"), validators=[InputRequired(_l("Choose one."))], default=ALL
    )

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral.choices = [
            (ALL, _("All of them")),
            *((str(one.referral.id), one.referral.organisation_name) for one in choices),
        ]


@bp.get("")
@holder
def path(visit: OpenVisit) -> Any:
    """The one path: ask again if she can, save her file, go to the CNIL."""
    found = request_of(visit)
    _check_sent(found)
    choices = _choices(visit, found)
    return _page(found, choices, AboutForm(choices=choices))


@bp.post("")
@holder
def save(visit: OpenVisit) -> Any:
    """Hand over the file, about one controller or all; it is never kept nor sent by us."""
    found = request_of(visit)
    _check_sent(found)
    choices = _choices(visit, found)
    form = AboutForm(choices=choices)
    if not form.validate_on_submit():
        return _page(found, choices, form), 422
    complained = _complained(found, form.referral.data)
    made = build_cnil_file(visit, complained, ports().clock.now())
    with unit_of_work(me(visit)) as work:
        record_cnil_file(
            work,
            visit.rights_request_id,
            sha256=made.sha256,
            referral_ids=[one.id for one in complained.referrals],
            document_ids=made.document_ids,
        )
    name = _("file-for-the-cnil-%(reference)s.zip", reference=found.reference)
    return download_of(made.content, name)


def _page(found: TrackedRequest, choices: list[Choice], form: AboutForm) -> str:
    founded = [one for one in choices if one.is_founded]
    courts = {court_words(one.referral.organisation_kind) for one in founded}
    return render_template(
        "public/tracking/cnil.html",
        nav=tracking_nav("request"),
        found=found,
        choices=choices,
        hints={str(one.referral.id): one.words for one in choices},
        form=form,
        founded=founded,
        first_date=_first_date(choices),
        is_passed_on=is_passed_on_to_cnil(found.right, today(), ports().policies.opt_outs),
        help_phone=settings().help_phone,
        courts=sorted(courts),
        cnil_online=CNIL_ONLINE,
        cnil_postal=CNIL_POSTAL,
    )


def _check_sent(found: TrackedRequest) -> None:
    if found.state in NOT_SENT or found.state is RequestState.DRAFT:
        raise NotFound


def _complained(found: TrackedRequest, wanted: str) -> Complained:
    referrals = found.referrals
    if wanted != ALL:
        referrals = (referral_of(found, UUID(wanted)),)
    contacts = controller_contacts(reading(), [one.organisation_id for one in referrals])
    return Complained(found, referrals, contacts, today())


def _choices(visit: OpenVisit, found: TrackedRequest) -> list[Choice]:
    complained = Complained(found, found.referrals, {}, today())
    return [_choice(visit, one, complained.cause(one)) for one in found.referrals]


def _choice(visit: OpenVisit, referral: TrackedReferral, cause: Cause) -> Choice:
    may_contest = (
        cause is Cause.REFUSAL
        and not referral.contested_once
        and Action.CONTEST in actions_open(me(visit), referral.state)
    )
    return Choice(referral, cause, _cause_words(referral, cause), may_contest)


def _cause_words(referral: TrackedReferral, cause: Cause) -> str:
    clock, answer = referral.clock, referral.answer
    if cause is Cause.SILENCE:
        return _("Has not answered; it was due on %(date)s.", date=day(clock.due_on))
    if cause is Cause.CONTESTED:
        return _("You contested its answer; it must look at it again.")
    if cause is Cause.WAITING:
        if clock.due_on is None:
            return _("Its time to answer stands still: it waits for you.")
        return _("It still has until %(date)s to answer.", date=day(clock.due_on))
    if referral.search_ended_at:
        if not referral.transferred_to:
            return _("It named nobody, and who is in charge could not be found.")
        return _("It named %(name)s, which could not be found.", name=referral.transferred_to)
    if cause is Cause.OVER or answer is None:
        return _("Nothing more is to come from it.")
    words = outcome_words(answer.outcome).person
    return _("Answered on %(date)s: %(outcome)s.", date=day(answer.sent_at), outcome=words)


def _first_date(choices: list[Choice]) -> Any:
    """The first date that has not come yet, where nothing is late nor refused."""
    waiting = [one.referral.clock.due_on for one in choices if one.cause is Cause.WAITING]
    return min((on for on in waiting if on), default=None)
