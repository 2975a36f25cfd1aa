"""The registration receipt in words, ready to be set on paper, at once (CRPA R112-11-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.course import COURSE
from hub.domain.lifecycle import RequestState
from hub.domain.medical_file import medical_file_times
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.rights_request import IntakeChannel
from hub.papers import (
    ControllerRow,
    ControllerTable,
    Fact,
    NextSteps,
    ReceiptPaper,
    TrackingCode,
)
from hub.queries.cases import ReferralRow, RequestRow
from hub.web.filters import day, moment
from hub.web.law_words import channel_words, right_words
from hub.web.locale import current_language
from hub.web.masthead import case_masthead
from hub.web.medical_file_words import medical_file_words
from hub.web.work import settings


@dataclass(frozen=True)
class Filed:
    """What a receipt says of a filing, whatever its door; a letter may lack the birth date.

    `needs`: what opens an answer that holds data, besides the secret code. `code_goes_to_person`:
    the paper is for who acts under a mandate that leaves the answers to the person.
    """

    right: Right
    full_name: str
    born_on: date | None
    statement: str
    channel: IntakeChannel = IntakeChannel.WEB
    needs: str = ""
    code_goes_to_person: bool = False


def receipt_paper(
    filed: Filed, row: RequestRow, secret: str, titles: Mapping[UUID, str]
) -> ReceiptPaper:
    """Everything the paper says, in the reader's language."""
    right = right_words(filed.right)
    person = filed.full_name
    if filed.born_on:
        person = _("%(name)s, born on %(date)s", name=person, date=day(filed.born_on))
    address = f"{settings().public_url.rstrip('/')}/suivre?reference={row.reference}"
    return ReceiptPaper(
        language=current_language(),
        masthead=case_masthead(row.reference),
        title=_("Registration receipt"),
        lead=_("Your request is recorded. Keep this paper: it proves the date of your request."),
        reference=Fact(_("Reference of your request"), row.reference),
        secret=Fact(_("Your secret code"), secret),
        secret_note=_secret_note(filed),
        tracking=TrackingCode(
            address,
            _("Follow my request"),
            _("QR code to the tracking page of request %(reference)s", reference=row.reference),
        ),
        facts=(
            Fact(_("Your request"), f"{right.title} ({right.article})"),
            Fact(_("Person concerned"), person),
            Fact(_("Date of receipt"), _received(filed, row)),
        ),
        statement=Fact(_("What you wrote"), filed.statement),
        controllers=_controllers(row, titles),
        next_steps=NextSteps(_("What to do next"), _steps(filed, row)),
        notes=_notes(row, filed),
    )


def _secret_note(filed: Filed) -> str:
    if filed.code_goes_to_person:
        return _("The person alone gets the secret code: by her mandate, the answers go to her.")
    return _("Give it to nobody. It alone opens the answers: we cannot find it for you.")


def _received(filed: Filed, row: RequestRow) -> str:
    """A filing on the site has its minute; what arrived by another way has its day."""
    if filed.channel in {IntakeChannel.WEB, IntakeChannel.API}:
        return _("%(moment)s, Paris time, online", moment=moment(row.received_at))
    way = channel_words(filed.channel).lower()
    return _("%(date)s, %(way)s", date=day(row.received_at), way=way)


def _controllers(row: RequestRow, titles: Mapping[UUID, str]) -> ControllerTable:
    count = len(row.referrals)
    return ControllerTable(
        ngettext(
            "%(num)s organisation must answer you", "%(num)s organisations must answer you", count
        ),
        (_("Organisation"), _("Answer by"), _("May announce more time until")),
        tuple(
            ControllerRow(
                referral.organisation_name,
                tuple(titles.get(key, "") for key in referral.processings),
                (
                    day(referral.clock.due_on or referral.clock.strict_on),
                    day(referral.clock.notice_limit_on or referral.clock.strict_on),
                ),
            )
            for referral in row.referrals
        ),
        _(
            "They have one month. An organisation may take two more months if it tells you so and "
            "why before this date (GDPR, article 12)."
        ),
    )


def medical_file_of(referral: ReferralRow) -> str:
    """By when a medical file is owed, where this controller is asked for one; else empty."""
    right, has_record = Right(referral.right), referral.has_patient_record
    times = medical_file_times(right, referral.clock, has_patient_record=has_record)
    return medical_file_words(times)


def _steps(filed: Filed, row: RequestRow) -> tuple[str, ...]:
    follow = _(
        "Then nothing. We pass it on, we watch the dates, we tell you. Your page then holds the "
        "acknowledgement of receipt of each organisation."
    )
    if row.state is RequestState.AWAITING_CONFIRMATION:
        limit_on = local_date(row.received_at + timedelta(days=COURSE.confirmation_days))
        if filed.code_goes_to_person:
            return (_agreement(limit_on), follow)
        return (
            _(
                "Confirm your e-mail address before %(date)s: type the code of the message we have "
                "just sent. Without it, nothing is passed on.",
                date=day(limit_on),
            ),
            follow,
        )
    return (follow,)


def _agreement(limit_on: date) -> str:
    return _(
        "The person agrees before %(date)s, by the link of the message we have sent to her. "
        "Without it, nothing is passed on.",
        date=day(limit_on),
    )


def _notes(row: RequestRow, filed: Filed) -> tuple[Fact, ...]:
    last_on = max(one.clock.due_on or one.clock.strict_on for one in row.referrals)
    to_read = (Fact(_("An answer that holds data?"), filed.needs),) if filed.needs else ()
    return (
        *_medical_files(row),
        *to_read,
        *_not_hers(filed),
        Fact(
            _("An organisation does not answer?"),
            _(
                "From %(date)s you may write to the CNIL, free of charge: cnil.fr/plaintes, or "
                "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.",
                date=day(last_on + timedelta(days=1)),
            ),
        ),
        Fact(
            _("A question?"),
            _(
                "Call %(phone)s. Give your reference, never your secret code.",
                phone=settings().help_phone,
            ),
        ),
    )


def _not_hers(filed: Filed) -> tuple[Fact, ...]:
    """For what came by letter, e-mail or call, which nobody confirmed: whom to call."""
    if filed.channel in {IntakeChannel.WEB, IntakeChannel.API}:
        return ()
    phone = settings().help_phone
    said = _("Call %(phone)s with this reference: everything stands still at once.", phone=phone)
    return (Fact(_("You did not make this request?"), said),)


def _medical_files(row: RequestRow) -> tuple[Fact, ...]:
    said = ((one.organisation_name, medical_file_of(one)) for one in row.referrals)
    return tuple(Fact(name, words) for name, words in said if words)
