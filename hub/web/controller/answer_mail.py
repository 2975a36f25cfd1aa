"""The mail that an answer is made of: its words begin the letter, its files go with it."""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from flask import request

from hub.domain.actors import Actor
from hub.errors import NotFound
from hub.models.inbound_mail import MailState
from hub.queries.inbound_mail import MailFile, MailPage, files_of_mail, mail_page
from hub.queries.referral_rows import ReferralPage
from hub.services.mail_decisions import mail_answered
from hub.services.unit_of_work import Work
from hub.web.controller.inbox import organisation_of
from hub.web.work import ports, reading

MAIL, TICKED, SHOWN = "courriel", "mail_file", "mail_files_shown"
OF_THIS_FORM = (TICKED, SHOWN)


@dataclass(frozen=True)
class MailOfAnswer:
    """The mail that the member comes from, if it waits on this very case; else nothing."""

    case: ReferralPage
    mail: MailPage | None

    @property
    def received_id(self) -> str:
        """What the form goes on carrying."""
        return str(self.mail.id) if self.mail else ""

    @property
    def text(self) -> str:
        """The words that begin the letter."""
        return self.mail.text if self.mail else ""

    @property
    def choices(self) -> tuple[MailFile, ...]:
        """The files that may go to the person."""
        return tuple(one for one in self.mail.files if one.refusal is None) if self.mail else ()

    @property
    def wanted(self) -> frozenset[int]:
        """The places of those that go: all, until some are unticked."""
        if SHOWN not in request.form:
            return frozenset(one.position for one in self.choices)
        ticked = set(request.form.getlist(TICKED))
        return frozenset(one.position for one in self.choices if str(one.position) in ticked)

    def files(self) -> list[tuple[str, BinaryIO]]:
        """Names and contents of those that go, read from the mail as it came."""
        if self.mail is None or not self.wanted:
            return []
        found = files_of_mail(reading(), ports(), self.mail.id, self.case.organisation_id)
        return [(found[place][0], BytesIO(found[place][1])) for place in sorted(self.wanted)]

    def settle(self, work: Work, answer_id: UUID) -> None:
        """Say, with the answer, that the mail became it."""
        if self.mail is not None:
            mail_answered(work, self.mail.id, self.case.id, answer_id)


def mail_of_answer(actor: Actor, case: ReferralPage) -> MailOfAnswer:
    """The mail named by the address or the form, when it waits for a decision on this case."""
    try:
        received_id = UUID(request.values.get(MAIL, ""))
        found = mail_page(reading(), ports(), received_id, organisation_of(actor))
    except (ValueError, NotFound):
        return MailOfAnswer(case, None)
    is_of_case = found.referral_id == case.id and found.state is MailState.PROPOSED
    return MailOfAnswer(case, found if is_of_case else None)
