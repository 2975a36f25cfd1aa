"""From processings chosen to who must answer for them: one referral a controller, with its reasons.

Pure: rows of the directory come in as small frozen pieces, nothing is looked up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.domain.suggesting import Candidate, Facts, Reason, ReasonKind, Suggestion, suggest
from hub.domain.working_days import NO_DAYS, HolidayZone

__all__ = [
    "CHOSEN",
    "Candidate",
    "Choice",
    "ControllerPart",
    "Facts",
    "InformedController",
    "ProcessingNotInDirectory",
    "ProcessingWithoutController",
    "Reason",
    "ReasonKind",
    "RouteKind",
    "RouteReason",
    "RoutedItem",
    "RoutedProcessing",
    "RoutedReferral",
    "Suggestion",
    "forget_answers",
    "item_trace",
    "read_reasons",
    "reasons_trace",
    "referral_trace",
    "route",
    "suggest",
]


class RouteKind(StrEnum):
    """Why an item went to a controller (kept on the referral: never rename)."""

    ALL_REUSERS_OF = "all_reusers_of"
    CHOSEN_BY_PERSON = "chosen_by_person"
    CONTACT_OF_JOINT_CONTROLLERS = "contact_of_joint_controllers"
    CONTROLLERS_OWN_LINK = "controllers_own_link"
    SEIZED_DIRECTLY = "seized_directly"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class RouteReason:
    """Why an item goes there: `values` are a title or names, `because` the suggestion's reasons."""

    kind: RouteKind
    values: tuple[str, ...] = ()
    because: tuple[Reason, ...] = ()


CHOSEN = RouteReason(RouteKind.CHOSEN_BY_PERSON)


@dataclass(frozen=True, slots=True)
class ControllerPart:
    """A controller of a processing and its part in the arrangement (GDPR 26)."""

    organisation_id: UUID
    name: str
    is_contact: bool = True
    resolves_identity: bool = True
    answers: bool = True
    siren: str | None = None
    zone: HolidayZone = HolidayZone.METROPOLE


@dataclass(frozen=True, slots=True)
class RoutedProcessing:
    """A processing as routing sees it: its controllers, in the order of the directory."""

    id: UUID
    title: str
    controllers: tuple[ControllerPart, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A processing that was chosen, how, and the one joint controller seized if the person says."""

    processing_id: UUID
    reason: RouteReason = CHOSEN
    seized_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RoutedItem:
    """One processing of a referral, why it is there, and who finds the person's data if not it."""

    processing_id: UUID
    title: str
    reasons: tuple[RouteReason, ...]
    resolved_by: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class InformedController:
    """A joint controller that is told of a referral which another one answers."""

    organisation_id: UUID
    name: str
    processing_id: UUID


@dataclass(frozen=True, slots=True)
class RoutedReferral:
    """What one controller must answer: its items, and the joint controllers that are informed."""

    organisation_id: UUID
    name: str
    items: tuple[RoutedItem, ...]
    informed: tuple[InformedController, ...] = ()
    siren: str | None = None
    zone: HolidayZone = HolidayZone.METROPOLE
    extra_holidays: frozenset[date] = NO_DAYS


class ProcessingNotInDirectory(LookupError):
    """A processing was chosen that the directory does not hold."""


class ProcessingWithoutController(ValueError):
    """A processing has nobody to answer for it."""


def route(
    choices: Iterable[Choice], directory: Mapping[UUID, RoutedProcessing]
) -> tuple[RoutedReferral, ...]:
    """One referral per controller with one item per processing, in the order of the choices.

    Of joint controllers the contact of their arrangement gets the referral and the others are
    informed, unless the person seized one of them (GDPR 26(3)). A processing chosen twice gives
    one item with both reasons. Raises ProcessingNotInDirectory, ProcessingWithoutController.
    """
    reasons: dict[tuple[UUID, UUID], list[RouteReason]] = {}
    for choice in choices:
        processing = directory.get(choice.processing_id)
        if processing is None:
            raise ProcessingNotInDirectory(str(choice.processing_id))
        part = _addressee(processing, choice.seized_id)
        why = reasons.setdefault((part.organisation_id, processing.id), [])
        why += [one for one in _reasons(choice, processing, part) if one not in why]
    referrals: dict[UUID, list[tuple[UUID, list[RouteReason]]]] = {}
    for (organisation_id, processing_id), why in reasons.items():
        referrals.setdefault(organisation_id, []).append((processing_id, why))
    return tuple(_referral(one, items, directory) for one, items in referrals.items())


def _addressee(processing: RoutedProcessing, seized_id: UUID | None) -> ControllerPart:
    parts = processing.controllers
    if not parts:
        raise ProcessingWithoutController(processing.title)
    seized = (part for part in parts if part.organisation_id == seized_id)
    contacts = (part for part in parts if part.is_contact)
    answering = (part for part in parts if part.answers)
    return next(seized, None) or next(contacts, None) or next(answering, None) or parts[0]


def _reasons(
    choice: Choice, processing: RoutedProcessing, part: ControllerPart
) -> list[RouteReason]:
    if choice.seized_id == part.organisation_id:
        return [choice.reason, RouteReason(RouteKind.SEIZED_DIRECTLY)]
    if len(processing.controllers) == 1:
        return [choice.reason]
    names = tuple(one.name for one in processing.controllers)
    return [choice.reason, RouteReason(RouteKind.CONTACT_OF_JOINT_CONTROLLERS, names)]


def _referral(
    organisation_id: UUID,
    chosen: list[tuple[UUID, list[RouteReason]]],
    directory: Mapping[UUID, RoutedProcessing],
) -> RoutedReferral:
    items = []
    informed = []
    for processing_id, why in chosen:
        processing = directory[processing_id]
        own = next(p for p in processing.controllers if p.organisation_id == organisation_id)
        others = [part for part in processing.controllers if part is not own]
        informed += [
            InformedController(part.organisation_id, part.name, processing_id) for part in others
        ]
        resolvers = tuple(part.organisation_id for part in others if part.resolves_identity)
        resolved_by = () if own.resolves_identity else resolvers
        items.append(RoutedItem(processing_id, processing.title, tuple(why), resolved_by))
    return RoutedReferral(
        organisation_id, own.name, tuple(items), tuple(informed), own.siren, own.zone
    )


def forget_answers(reason: RouteReason) -> RouteReason:
    """A reason without what the person answered to be guided, which is never stored.

    An illness, a hospital or a study she named is health data that no holder asked for (GDPR 5, 9).
    """
    kept = tuple(one for one in reason.because if one.kind is ReasonKind.REUSES)
    return replace(reason, because=kept)


def item_trace(item: RoutedItem) -> dict[str, Any]:
    """The reasons of an item as JSON, kept on the referral: "why did this go to them?"."""
    return {
        "processing": str(item.processing_id),
        "resolved_by": [str(one) for one in item.resolved_by],
        "reasons": reasons_trace(item.reasons),
    }


def reasons_trace(reasons: Iterable[RouteReason]) -> list[dict[str, Any]]:
    """Reasons as JSON, for the column of a referral's item."""
    return [
        {
            "kind": reason.kind.value,
            "values": list(reason.values),
            "because": [{"kind": one.kind.value, "value": one.value} for one in reason.because],
        }
        for reason in reasons
    ]


def referral_trace(referral: RoutedReferral) -> dict[str, Any]:
    """A referral's whole trace as JSON: its items' reasons and who else was informed."""
    return {
        "items": [item_trace(item) for item in referral.items],
        "informed": [
            {
                "organisation": str(one.organisation_id),
                "name": one.name,
                "processing": str(one.processing_id),
            }
            for one in referral.informed
        ],
    }


def read_reasons(trace: Iterable[Mapping[str, Any]]) -> tuple[RouteReason, ...]:
    """The reasons of an item back from `reasons_trace`."""
    return tuple(
        RouteReason(
            RouteKind(reason["kind"]),
            tuple(reason.get("values", ())),
            tuple(
                Reason(ReasonKind(one["kind"]), one.get("value", ""))
                for one in reason.get("because", ())
            ),
        )
        for reason in trace
    )
