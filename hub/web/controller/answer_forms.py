"""The form of an answer: one letter, and for each item its outcome and what a refusal owes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from hub.domain.grounds import Ground, check_ground, grounds_for, says_something
from hub.domain.outcomes import REFUSING, Outcome
from hub.domain.repeated_requests import (
    EXCESSIVE,
    REPEATS,
    EarlierRequest,
    RepeatPolicy,
    check_excessive,
    that_count,
)
from hub.domain.rights import NEVER_REFUSED, Right
from hub.domain.second_reading import AloneWithoutReason, is_refusal
from hub.errors import Invalid
from hub.models.answer import OutsideChannel
from hub.queries.readers import Reader
from hub.queries.referral_rows import AnswerLine, Asked, ReferralPage
from hub.services.answer_writing import (
    LONGEST_CAPACITY,
    LONGEST_SERVICE,
    LONGEST_TEXT,
    AnswerDraft,
    GivenOutside,
    ItemAnswer,
    Signature,
)
from hub.services.documents import ReceivedFile
from hub.web.controller.act_forms import LONGEST_REASON, OutsideForm
from hub.web.controller.refusals import refusal_words
from hub.web.law_words import ground_words, outcome_words

UNIDENTIFIED = "ALL-UNIDENTIFIED"
ORDER = (
    Outcome.GRANTED,
    Outcome.PARTLY_GRANTED,
    Outcome.REFUSED,
    Outcome.NO_DATA_HELD,
    Outcome.ALREADY_SATISFIED,
    Outcome.CANNOT_IDENTIFY,
)


class LetterForm(FlaskForm):
    """The words that the person will read."""

    text = TextAreaField(
        _l("Your answer to the person"),
        validators=[
            DataRequired(_l("Write the answer that the person will read.")),
            Length(max=LONGEST_TEXT, message=_l("20,000 characters at most.")),
        ],
    )
    capacity = StringField(
        _l("Your capacity, as the letter names it"),
        validators=[Length(max=LONGEST_CAPACITY, message=_l("120 characters at most."))],
    )
    service = StringField(
        _l("Your service, as the letter names it"),
        validators=[Length(max=LONGEST_SERVICE, message=_l("200 characters at most."))],
    )
    alone_reason = TextAreaField(
        _l("Why no second reader looks at this refusal"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )


@dataclass(frozen=True)
class Reading:
    """Whether a refusal has a second reader here, and who may be."""

    is_wanted: bool
    readers: tuple[Reader, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether the author must say why nobody reads with her."""
        return self.is_wanted and not self.readers


UNSIGNED = Signature()
NOT_READ = Reading(is_wanted=False)
"""An answer given elsewhere has left already; its DPO reviews a refusal afterwards."""


@dataclass(frozen=True)
class Repeats:
    """Earlier requests of the same person to this controller, and what they may prove."""

    earlier: tuple[EarlierRequest, ...]
    received_on: date
    policy: RepeatPolicy = REPEATS

    @property
    def close(self) -> tuple[EarlierRequest, ...]:
        """Those that a refusal as excessive may rest on."""
        return that_count(self.earlier, self.received_on, self.policy)

    def check(self, evidence: str) -> None:
        """Raises NeverExcessive, EarlierNotNamed."""
        check_excessive(self.earlier, self.received_on, evidence, self.policy)


class ItemForm(Form):
    """What is answered about one processing."""

    outcome = RadioField(_l("Outcome"), validators=[InputRequired(_l("Choose an outcome."))])
    ground = SelectField(_l("Ground"), validate_choice=False)
    reasons = TextAreaField(
        _l("Reasons, in law and in fact"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )
    evidence = TextAreaField(
        _l("Evidence that the ground asks for"),
        validators=[Length(max=LONGEST_REASON, message=_l("4,000 characters at most."))],
    )

    def __init__(self, item: Asked, right: Right, repeats: Repeats, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item, self.right, self.repeats = item, right, repeats
        self.grounds: tuple[Ground, ...] = grounds_for(right, item.purposes)
        self.outcome.choices = [
            (one.value, outcome_words(one).staff) for one in ORDER if self._may_be(one)
        ]
        self.ground.choices = [("", _("Choose a ground"))] + [
            (one.code, f"{ground_words(one.code).label} ({one.code})") for one in self.grounds
        ]

    def _may_be(self, outcome: Outcome) -> bool:
        """Not finding the person ends no objection: art. 11(2) lists articles 15 to 20 alone."""
        if outcome is Outcome.CANNOT_IDENTIFY:
            return UNIDENTIFIED in {one.code for one in self.grounds}
        return self.right not in NEVER_REFUSED or outcome not in REFUSING

    def validate(self, extra_validators: Any = None) -> bool:
        """Bounds first, then what the law asks of a refusal, each beside its field."""
        if not super().validate(extra_validators):
            return False
        if self.chosen() not in REFUSING:
            return True
        try:
            check_ground(
                self.code(),
                self.right,
                reasons=self.reasons.data or "",
                evidence=self.evidence.data or "",
                purposes=self.item.purposes,
            )
            if self.code() == EXCESSIVE:
                self.repeats.check(self.evidence.data or "")
        except Invalid as refusal:
            field = self[refusal.facts.get("field", "outcome")]
            field.errors = [*field.errors, refusal_words(refusal)]
            return False
        return True

    def chosen(self) -> Outcome:
        """The outcome ticked."""
        return Outcome(self.outcome.data)

    def code(self) -> str | None:
        """The ground; where the person cannot be found it goes without saying."""
        if self.ground.data:
            return str(self.ground.data)
        return UNIDENTIFIED if self.chosen() is Outcome.CANNOT_IDENTIFY else None

    def said(self) -> ItemAnswer:
        """The item as it is answered; a ground is kept only where something is refused."""
        outcome = self.chosen()
        if outcome not in REFUSING:
            return ItemAnswer(self.item.processing_id, outcome)
        return ItemAnswer(
            self.item.processing_id,
            outcome,
            self.code(),
            (self.reasons.data or "").strip(),
            (self.evidence.data or "").strip(),
        )


@dataclass(frozen=True)
class AnswerForms:
    """The letter, its items, and how it was given when that was outside the hub."""

    letter: LetterForm
    items: tuple[ItemForm, ...]
    repeats: Repeats
    outside: OutsideForm | None = None
    reading: Reading = NOT_READ

    def valid(self) -> bool:
        """Whether all of it may be sent; every part is checked, so that all errors show at once."""
        parts: list[Any] = [self.letter, *self.items, *([self.outside] if self.outside else [])]
        checked = [part.validate() for part in parts]
        return all(checked) and self._says_why_alone()

    @property
    def refuses(self) -> bool:
        """Whether something is refused, even in part."""
        return is_refusal(one.chosen() for one in self.items if one.outcome.data)

    @property
    def awaits_reader(self) -> bool:
        """Whether it leaves only once a second member has approved it."""
        return self.refuses and self.reading.is_wanted and bool(self.reading.readers)

    def _says_why_alone(self) -> bool:
        field = self.letter.alone_reason
        if not (self.refuses and self.reading.is_alone) or says_something(field.data or ""):
            return True
        field.errors = [*field.errors, refusal_words(AloneWithoutReason(field="alone_reason"))]
        return False

    def errors(self) -> list[dict[str, str]]:
        """The errors beyond the letter's, for the summary."""
        return list(self._errors())

    def _errors(self) -> Iterator[dict[str, str]]:
        parts: list[Any] = [*([self.outside] if self.outside else []), *self.items]
        for part in parts:
            for field in part:
                target = f"{field.id}-0" if field.type == "RadioField" else field.id
                for text in field.errors:
                    title = f"{part.item.title} – " if isinstance(part, ItemForm) else ""
                    yield {"text": f"{title}{text}", "href": f"#{target}"}

    def draft(
        self, files: tuple[ReceivedFile, ...], taken_over: tuple[UUID, ...] = ()
    ) -> AnswerDraft:
        """The answer as the service takes it."""
        outside = None
        if self.outside:
            outside = GivenOutside(
                OutsideChannel(self.outside.channel.data),
                self.outside.outside_on.data,
                self.outside.proof.data,
            )
        items = tuple(one.said() for one in self.items)
        letter = self.letter
        signature = Signature(letter.capacity.data or "", letter.service.data or "")
        alone_reason = letter.alone_reason.data or "" if self.reading.is_alone else ""
        return AnswerDraft(
            letter.text.data, items, files, outside, signature, alone_reason, taken_over
        )


def answer_forms(
    case: ReferralPage,
    *,
    outside: bool,
    last: AnswerLine | None,
    repeats: Repeats,
    reading: Reading = NOT_READ,
    signature: Signature = UNSIGNED,
) -> AnswerForms:
    """The forms as sent, or when first shown as the last answer had them."""
    sent = request.form if request.method == "POST" else None
    said = {one.processing_id: one for one in last.items} if last else {}
    items = tuple(
        ItemForm(
            item,
            case.right,
            repeats,
            formdata=sent,
            prefix=f"item{place}-",
            obj=said.get(item.processing_id),
        )
        for place, item in enumerate(case.items)
    )
    shown = {"capacity": signature.capacity, "service": signature.service}
    letter = LetterForm(data=shown | ({"text": last.text} if last else {}))
    outside_form = OutsideForm() if outside else None
    return AnswerForms(letter, items, repeats, outside_form, reading)
