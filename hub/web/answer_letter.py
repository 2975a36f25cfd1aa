"""The letter of an answer in the person's language: what is decided, why, and what she can do.

GDPR 12(4); CRPA L211-5 (reasons in law and in fact), L212-1 and L212-2 (author, capacity, service).
"""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from hub.domain.ground_terms import InsteadKind
from hub.domain.grounds import GROUNDS
from hub.domain.outcomes import GRANTING, REFUSING, Outcome
from hub.domain.rights import Right
from hub.papers import Fact, LetterPaper, Masthead, NextSteps
from hub.queries.letters import Letter, LetterItem, Signatory
from hub.queries.referral_rows import AnswerLine, ReferralPage
from hub.services.answering import AnswerDraft
from hub.web.filters import day
from hub.web.law_words import articles_words, ground_words, outcome_words, right_words
from hub.web.letter_vocabulary import own_court_words, own_sentence
from hub.web.work import settings

ACCESS_INSTEAD = frozenset({InsteadKind.ACCESS, InsteadKind.ACCESS_ELECTRONIC})


def previewed_letter(
    case: ReferralPage, at: datetime, said: AnswerDraft | AnswerLine, signatory: Signatory
) -> Letter:
    """The letter of an answer of this case as it would leave at this instant."""
    titles = {one.processing_id: one.title for one in case.items}
    return Letter(
        language=case.language,
        sender=case.sender,
        person=case.person,
        number=case.number,
        right=case.right,
        received_at=case.received_at,
        at=at,
        text=said.text,
        items=tuple(
            LetterItem(titles[one.processing_id], one.outcome, one.ground, one.reasons)
            for one in said.items
        ),
        signatory=signatory,
    )


def letter_paper(letter: Letter) -> LetterPaper:
    """Everything the paper says, in the person's language whoever asks for it."""
    with force_locale(letter.language):
        return LetterPaper(
            language=letter.language,
            masthead=_masthead(letter),
            sender=_sender(letter),
            recipient=_recipient(letter),
            place_and_date=day(letter.at),
            subject=Fact(_("Subject:"), _("answer to your request")),
            facts=_facts(letter),
            paragraphs=tuple(_paragraphs(letter)),
            signature=_signature(letter),
            enclosures=NextSteps("", ()),
            notes=tuple(_remedies(letter)),
        )


def _masthead(letter: Letter) -> Masthead:
    return Masthead(
        letter.sender.name,
        _("Sent through “My rights, my health data”"),
        _(
            "Request %(number)s · Help: %(phone)s",
            number=letter.number,
            phone=settings().help_phone,
        ),
        _("Page {page} of {pages}"),
    )


def _sender(letter: Letter) -> tuple[str, ...]:
    service = letter.signatory.service or letter.sender.service
    lines = (letter.sender.name, service, *letter.sender.address.splitlines())
    return tuple(line for line in lines if line.strip())


def _recipient(letter: Letter) -> tuple[str, ...]:
    names = (letter.person.get("given_names"), letter.person.get("family_name"))
    name = " ".join(str(one) for one in names if one)
    address = str(letter.person.get("postal_address") or "").splitlines()
    return tuple(line for line in (name, *address) if line.strip())


def _facts(letter: Letter) -> tuple[Fact, ...]:
    right = right_words(letter.right)
    return (
        Fact(_("Your request"), f"{right.title} – {right.article}"),
        Fact(_("Received on"), day(letter.received_at)),
        Fact(_("Our number"), letter.number),
    )


def _paragraphs(letter: Letter) -> Iterator[str]:
    yield from (part for part in letter.text.splitlines() if part.strip())
    for item in letter.items:
        outcome = outcome_words(item.outcome).person
        yield _("%(title)s – our decision: %(outcome)s.", title=item.title, outcome=outcome)
        yield from _why(item)
    if letter.right is Right.OBJECTION and any(one.outcome in GRANTING for one in letter.items):
        yield _(
            "Since your objection is accepted, you may also ask for these data to be erased "
            "(GDPR, article 17(1)(c))."
        )


def _why(item: LetterItem) -> Iterator[str]:
    """The reasons in law, then in fact, then what she may do instead."""
    ground = GROUNDS.get(item.ground or "")
    if item.outcome not in REFUSING or ground is None:
        return
    words = ground_words(ground.code)
    yield _("In law: %(ground)s (%(article)s).", ground=words.label,
            article=articles_words([ground.article]))  # fmt: skip
    if sentence := own_sentence(ground.code):
        yield sentence
    if item.reasons:
        yield _("In fact: %(reasons)s", reasons=item.reasons)
    if item.outcome is Outcome.PARTLY_GRANTED:
        yield _("The rest of what you asked for is accepted.")
    if InsteadKind.FURTHER_IDENTIFICATION in ground.instead:
        yield _("If you give us other information that helps to find you, we will look again.")
    if ACCESS_INSTEAD & set(ground.instead):
        yield _("You may instead ask for a copy of your data, in electronic form.")


def _signature(letter: Letter) -> tuple[str, ...]:
    signed = letter.signatory
    lines = (signed.name, signed.capacity, signed.service or letter.sender.service)
    return tuple(line for line in (*lines, letter.sender.name) if line)


def _remedies(letter: Letter) -> Iterator[Fact]:
    if not any(one.outcome in REFUSING for one in letter.items):
        return
    yield Fact(
        _("You do not agree?"),
        _(
            "You may complain to the CNIL, free of charge: cnil.fr/plaintes, or CNIL, 3 place de "
            "Fontenoy, TSA 80715, 75334 Paris Cedex 07."
        ),
    )
    yield Fact(_("Before a court"), own_court_words(letter.sender.kind))
