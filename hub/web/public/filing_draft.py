"""What a filing sends: made from her answers, sent once whatever she presses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hub.domain.actors import Actor, ActorKind
from hub.domain.representation import representation_from
from hub.domain.rights import Right
from hub.domain.routing import Choice, RoutedReferral, forget_answers, read_reasons
from hub.models.rights_request import IntakeChannel
from hub.services.filing import AlreadyFiling, file_request, receipt_again
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.filing_plans import FilingPlan, Receipt, plan_filing
from hub.services.routing import plan_referrals, route_choices
from hub.services.unit_of_work import Work
from hub.web.locale import current_language
from hub.web.public.filing_course import (
    answers_elsewhere,
    chosen_rows,
    identifiers_given,
    may_keep_parents_out,
)
from hub.web.public.filing_proof import known_email
from hub.web.public.filing_state import FilingState
from hub.web.work import dialect, ports, reading, unit_of_work

SCOPE = "web"
TRIES = 3


def _choices(state: FilingState) -> list[Choice]:
    return [
        Choice(key, reasons[0])
        for key in state.chosen_ids
        if (reasons := read_reasons(state.choices[str(key)]))
    ]


def routed(state: FilingState) -> tuple[RoutedReferral, ...]:
    """Which controllers receive what, and why."""
    return route_choices(reading(), _choices(state))


def _routed_to_keep(state: FilingState) -> tuple[RoutedReferral, ...]:
    """As checked, but what she answered about her illness, hospital and years is kept nowhere."""
    choices = [replace(one, reason=forget_answers(one.reason)) for one in _choices(state)]
    return route_choices(reading(), choices)


def draft_of(state: FilingState) -> FilingDraft:
    """Everything that will be filed; of the identifiers, those still asked for."""
    referrals: tuple[PlannedReferral, ...] = plan_referrals(_routed_to_keep(state))
    given = state.person | (_persons_own(state) if answers_elsewhere(state) else {})
    email = given.get("email") or None
    return FilingDraft(
        right=Right(state.right or ""),
        person=PersonGiven(
            given_names=given["given_names"],
            family_name=given["family_name"],
            birth_date=date.fromisoformat(given["birth_date"]),
            email=email,
            keeps_parents_out=state.parents_out and may_keep_parents_out(state),
            postal_address=given.get("postal_address") or None,
            notified_online=bool(given.get("notified_online")),
            own_email=state.acting.get("own_email") or known_email(state),
            own_postal_address=state.acting.get("own_postal_address"),
            identifiers={
                kind.value: value
                for kind, value in identifiers_given(state, chosen_rows(state)).items()
            },
        ),
        statement=state.statement or "",
        language=current_language(),
        channel=IntakeChannel.WEB,
        referrals=referrals,
        idempotency_key=state.key,
        idempotency_scope=SCOPE,
        actor=Actor(ActorKind.PERSON),
        active_at_once=email is None,
        representative=_representative(state),
        keeps_code_from_filer=answers_elsewhere(state),
    )


def _persons_own(state: FilingState) -> dict[str, Any]:
    """Where the person is reached, who alone follows a request whose answers are hers."""
    own = {"email": "own_email", "postal_address": "own_postal_address"}
    return {name: state.acting.get(key) for name, key in own.items()}


def _representative(state: FilingState) -> dict[str, Any] | None:
    """What is said of who acts, and nothing else that the browser holds beside it."""
    said = representation_from(state.acting)
    return said.as_facts() if said else None


def fingerprint_of(draft: FilingDraft) -> str:
    """What is sent is what was checked: another tab or a new directory would change it."""
    return ports().keyring.exact_digest(draft.digest_text(), "checked").hex()


def file_once(
    draft: FilingDraft, enter: Callable[[Work, FilingPlan], Receipt] = file_request
) -> Receipt:
    """File, or give the receipt of the first press again; `enter` is the service that records it.

    Raises AlreadyFiling, KeyUsedOtherwise, StorageUnavailable; nothing was recorded then.
    """
    for _try in range(TRIES):
        replay = receipt_again(reading(), ports(), draft)
        if replay is not None:
            return replay
        plan = plan_filing(draft, ports().keyring, ports().clock.now()).bound_for(dialect())
        try:
            with unit_of_work(draft.actor) as work:
                return enter(work, plan)
        except AlreadyFiling:
            continue
    raise AlreadyFiling
