"""The order of a filing's pages: which one still lacks an answer, and what is asked there."""

from collections.abc import Iterable
from datetime import date

from flask import redirect, url_for
from werkzeug.wrappers import Response

from hub.domain.directory import Identifier
from hub.domain.representation import (
    Objection,
    Standing,
    keeps_parents_out,
    leaves_answer_to_person,
    representation_from,
    stand,
)
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.queries.directory import processings_of
from hub.queries.directory_rows import ProcessingRow
from hub.web.locale import current_language
from hub.web.public.filing_limits import Limit, limits_of
from hub.web.public.filing_state import FilingState, carry_state, new_state, read_state
from hub.web.representation_words import CAPACITIES_FOR_STAFF
from hub.web.work import ports, reading, settings


def state_or_new() -> FilingState:
    """The filing under way in this browser; a filed one makes place for a new one."""
    state = read_state(ports().keyring)
    return new_state() if state is None or state.is_filed else state


def keep(response: Response, state: FilingState) -> Response:
    """Keep the filing in the browser; raises TooMuchToCarry."""
    return carry_state(response, ports().keyring, state, secure=settings().is_public_url_secure)


def go_on(state: FilingState, endpoint: str) -> Response:
    """Keep the filing in the browser and go to a page of it."""
    return keep(redirect(url_for(endpoint)), state)


def next_page(state: FilingState) -> str:
    """The first page that still lacks an answer; a capacity that opens nothing stops there."""
    if state.acting and not state.acting.get("name"):
        return "filing_acting.capacity"
    if objection_of(state):
        return "filing_acting.stopped"
    if state.right is None:
        return "filing.start"
    rows = chosen_rows(state)
    if not rows:
        return "filing.find"
    if open_limits(state, rows):
        return "filing.limits"
    if not state.person or not_yet_asked(state, rows):
        return "filing_identity.identity"
    if state.statement is None:
        return "filing_identity.statement"
    return "filing_sending.check"


def standing_of(state: FilingState) -> Standing | None:
    """What the law makes of the capacity in which she acts; None for herself.

    Until she has chosen a right, one that her mandate names stands for it.
    """
    said = representation_from(state.acting)
    if said is None:
        return None
    right = state.chosen_right or next(iter(said.rights), Right.ACCESS)
    born = state.person.get("birth_date")
    born_on = date.fromisoformat(born) if born else None
    return stand(said, right, born_on, local_date(ports().clock.now()))


def objection_of(state: FilingState) -> Objection | None:
    """Why she may not act as she says, if so."""
    standing = standing_of(state)
    return standing.objection if standing else None


def acting_shown() -> dict[str, str]:
    """For the pages of a filing: in what capacity somebody acts for another, else empty."""
    said = representation_from(state_or_new().acting)
    return {"acts_as": str(CAPACITIES_FOR_STAFF[said.capacity]) if said else ""}


def is_persons_own(state: FilingState, email: str | None) -> bool:
    """Whether an address is the one given for the person herself: each is told at her own."""
    own = str(state.acting.get("own_email") or "")
    return bool(own) and own.casefold() == (email or "").strip().casefold()


def may_keep_parents_out(state: FilingState) -> bool:
    """Whether she is a minor who acts alone and may want her parents told nothing (LIL 70)."""
    born = state.person.get("birth_date")
    if state.acting or not born:
        return False
    return keeps_parents_out(date.fromisoformat(born), local_date(ports().clock.now()), asked=True)


def answers_elsewhere(state: FilingState) -> bool:
    """Whether a mandate leaves the answer to the person: this browser may not hold her code."""
    said = representation_from(state.acting)
    return said is not None and bool(said.name) and leaves_answer_to_person(said)


def chosen_rows(state: FilingState) -> tuple[ProcessingRow, ...]:
    """What she has chosen, as the directory knows it now."""
    return processings_of(reading(), state.chosen_ids)


def open_limits(state: FilingState, rows: Iterable[ProcessingRow]) -> list[Limit]:
    """Where the chosen right does not apply and the person has not yet said what to do."""
    right = state.chosen_right
    found = limits_of(right, rows) if right else []
    return [limit for limit in found if str(limit.row.id) not in state.insisted]


def identifiers_needed(rows: Iterable[ProcessingRow]) -> dict[Identifier, list[str]]:
    """Each identifier that a chosen holder requires or finds useful, and who asks for it."""
    needed: dict[Identifier, list[str]] = {}
    for row in rows:
        for asked in row.identifiers_asked:
            if asked.identifier is not Identifier.POSTAL_ADDRESS:
                needed.setdefault(asked.identifier, []).append(row.title_in(current_language()))
    return needed


def not_yet_asked(state: FilingState, rows: Iterable[ProcessingRow]) -> bool:
    """Whether a holder chosen since she said who she is asks for something more."""
    return not {one.value for one in identifiers_needed(rows)} <= set(state.asked)


def identifiers_given(state: FilingState, rows: Iterable[ProcessingRow]) -> dict[Identifier, str]:
    """What she gave that a holder still chosen asks for; the rest is not sent (GDPR 5(1)(c))."""
    given = state.person.get("identifiers", {})
    needed = identifiers_needed(rows)
    return {one: given[one.value] for one in needed if one.value in given}
