"""The pieces of a file for the CNIL, as papers in French: facts alone, each with its date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from hub.domain.complaints import Cause, cause_of
from hub.papers import Fact, LetterPaper, NextSteps, RecordPaper, RecordPart
from hub.queries.controller_contacts import ControllerContact
from hub.queries.tracking_rows import TrackedAnswer, TrackedReferral, TrackedRequest
from hub.web.clock_words import explain
from hub.web.filters import day, moment
from hub.web.law_words import (
    channel_words,
    event_words,
    ground_words,
    outcome_words,
    right_words,
)
from hub.web.locale import current_language
from hub.web.masthead import case_masthead
from hub.web.remedies import CNIL_POSTAL


@dataclass(frozen=True)
class Complained:
    """What she complains of: her request, the controllers concerned, and the day it is (Paris)."""

    found: TrackedRequest
    referrals: tuple[TrackedReferral, ...]
    contacts: dict[UUID, ControllerContact]
    today: date

    def contact(self, referral: TrackedReferral) -> ControllerContact:
        """Who the controller is and how to reach it and its DPO."""
        return self.contacts[referral.organisation_id]

    def cause(self, referral: TrackedReferral) -> Cause:
        """What is true of one controller today."""
        outcome = referral.answer.outcome if referral.answer else referral.outcome
        return cause_of(referral.state, referral.clock, outcome, self.today)


def cover_letter(complained: Complained, pieces: tuple[str, ...]) -> LetterPaper:
    """The letter to the CNIL: who, what was asked and when, what came of it, and the pieces."""
    found = complained.found
    right = right_words(found.right)
    sender = (found.person_name, *found.postal_address.split("\n"), found.email)
    return LetterPaper(
        language=current_language(),
        masthead=case_masthead(found.reference),
        sender=tuple(part for part in sender if part),
        recipient=CNIL_POSTAL,
        place_and_date=_("On %(date)s", date=day(complained.today)),
        subject=Fact(_("Subject:"), _("complaint about a request to exercise a right")),
        facts=(
            Fact(_("My right"), f"{right.title} – {right.article}"),
            Fact(_("Reference of my request"), found.reference),
            Fact(_("Received on"), f"{moment(found.received_at)}, {channel_words(found.channel)}"),
        ),
        paragraphs=(
            _("Sir, Madam,"),
            _(
                "I bring a complaint before you (GDPR, article 77). On %(date)s I asked the "
                "following, through the service that refers such requests to their controllers. "
                "These are the facts.",
                date=day(found.received_at),
            ),
            *(_fact_of(complained, one) for one in complained.referrals),
            _("Each piece is listed in INDEX.txt with its fingerprint (SHA-256)."),
        ),
        signature=(found.person_name,),
        enclosures=NextSteps(_("Pieces joined"), pieces),
    )


def request_paper(complained: Complained) -> RecordPaper:
    """A copy of the request: what the CNIL asks for first."""
    found = complained.found
    right = right_words(found.right)
    return RecordPaper(
        language=current_language(),
        masthead=case_masthead(found.reference),
        title=_("Copy of the request"),
        lead="",
        facts=(
            Fact(_("Reference"), found.reference),
            Fact(_("Person concerned"), found.person_name),
            Fact(_("Right asked"), f"{right.title} – {right.article}"),
            Fact(_("Received on"), f"{moment(found.received_at)}, {channel_words(found.channel)}"),
        ),
        parts=(
            RecordPart(
                _("In the person’s words"),
                paragraphs=(found.statement or _("Nothing was added in words."),),
            ),
            *(
                RecordPart(
                    one.organisation_name,
                    paragraphs=tuple(item.title for item in one.items),
                )
                for one in complained.referrals
            ),
        ),
    )


def case_paper(complained: Complained, referral: TrackedReferral) -> RecordPaper:
    """One controller: who it is, its DPO, its dates and how they were found, and all its acts."""
    contact = complained.contact(referral)
    return RecordPaper(
        language=current_language(),
        masthead=case_masthead(complained.found.reference),
        title=referral.organisation_name,
        lead=_fact_of(complained, referral),
        facts=_identity(contact, referral),
        parts=(
            RecordPart(
                _("The dates, and how they are computed"),
                paragraphs=tuple(explain(referral.clock, current_language(), _)),
            ),
            RecordPart(
                _("What happened"),
                columns=(_("When"), _("What")),
                rows=tuple(_acts(referral)),
            ),
            *_questions(referral),
        ),
    )


def answer_paper(
    complained: Complained, referral: TrackedReferral, answer: TrackedAnswer
) -> RecordPaper:
    """One answer: its letter, and what was decided of each processing, with the reasons given."""
    facts = [
        Fact(_("Organisation"), referral.organisation_name),
        Fact(_("Sent on"), moment(answer.sent_at)),
        Fact(_("Signed by"), answer.author_name or "–"),
    ]
    if answer.outside_channel:
        way = channel_words(answer.outside_channel)
        facts.append(Fact(_("Given outside this service"), f"{way}, {day(answer.outside_on)}"))
    if answer.is_replaced:
        facts.append(Fact(_("Since then"), _("replaced by a corrected answer")))
    parts = [RecordPart(_("The letter"), paragraphs=(answer.text,))]
    for said in answer.items:
        words = [outcome_words(said.outcome).staff]
        if said.ground:
            words.append(_("Ground: %(ground)s", ground=ground_words(said.ground).label))
        if said.reasons:
            words.append(_("Reasons given: %(reasons)s", reasons=said.reasons))
        parts.append(RecordPart(said.title, paragraphs=tuple(words)))
    if answer.files:
        names = tuple(one.title for one in answer.files)
        parts.append(RecordPart(_("Documents sent with it"), paragraphs=names))
    return RecordPaper(
        language=current_language(),
        masthead=case_masthead(complained.found.reference),
        title=_("Answer of %(date)s", date=day(answer.sent_at)),
        lead="",
        facts=tuple(facts),
        parts=tuple(parts),
    )


def _fact_of(complained: Complained, referral: TrackedReferral) -> str:
    """One controller in one sentence, without an opinion."""
    clock = referral.clock
    facts = {"name": referral.organisation_name, "due": day(clock.due_on or clock.strict_on)}
    cause = complained.cause(referral)
    answer = referral.answer
    if cause is Cause.SILENCE:
        return _("%(name)s was to answer by %(due)s. It has not answered.", **facts)
    if cause is Cause.WAITING:
        if clock.due_on is None:
            return _("%(name)s has stopped its time to answer, to verify my identity.", **facts)
        return _("%(name)s has until %(due)s to answer. It has not answered yet.", **facts)
    if cause is Cause.OVER or answer is None:
        state = event_words(referral.acts[-1].kind).staff if referral.acts else ""
        return _("%(name)s: %(state)s", name=referral.organisation_name, state=state)
    facts |= {"on": day(answer.sent_at), "outcome": outcome_words(answer.outcome).staff}
    if cause is Cause.CONTESTED:
        return _(
            "%(name)s answered on %(on)s: %(outcome)s. I contested this answer with it.", **facts
        )
    return _("%(name)s answered on %(on)s: %(outcome)s.", **facts)


def _identity(contact: ControllerContact, referral: TrackedReferral) -> tuple[Fact, ...]:
    service = contact.service
    rows = (
        (_("SIREN number"), contact.siren),
        (_("Service in charge"), service.name),
        (_("Postal address"), ", ".join(service.postal_address.split("\n"))),
        (_("E-mail address"), service.email),
        (_("Telephone"), service.phone),
        (_("Data protection officer"), " · ".join(_dpo(contact))),
        (_("Its own number"), referral.number),
    )
    unknown = _("Not known: the directory lacks it.")
    return tuple(Fact(label, value or unknown) for label, value in rows)


def _dpo(contact: ControllerContact) -> list[str]:
    address = ", ".join(contact.dpo_address.split("\n"))
    return [part for part in (contact.dpo_email, address) if part]


def _acts(referral: TrackedReferral) -> Iterator[tuple[str, str]]:
    for act in referral.acts:
        words = event_words(act.kind).staff
        yield moment(act.at), f"{words} – {act.words}" if act.words else words


def _questions(referral: TrackedReferral) -> Iterator[RecordPart]:
    for question in reversed(referral.questions):
        paragraphs = [question.text]
        if question.reply:
            paragraphs.append(
                _(
                    "Reply of %(date)s: %(text)s",
                    date=day(question.reply.sent_at),
                    text=question.reply.text,
                )
            )
        title = _("Question of %(date)s", date=day(question.sent_at))
        yield RecordPart(title, paragraphs=tuple(paragraphs))
