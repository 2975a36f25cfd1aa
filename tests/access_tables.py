"""Prints the tables of access, as docs/access.md shows them; no application is needed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.domain.access import REACH_OF_KIND, REACH_OF_ROLE, SHOWN, Relation, Verdict, decide
from hub.domain.actors import Actor, ActorKind, Role
from hub.domain.lifecycle import Action, ReferralState
from hub.domain.permissions import ROLES_WITH, Permission


def tables() -> str:
    """Who comes to which cases, what each permission shows, what each may do from which state."""
    return "\n".join([*_roles(), "", *_permissions(), "", *_actions()])


def _roles() -> Iterator[str]:
    yield "## Which cases each comes to\n"
    yield "| Who | Her own | Her organisation's | Others' |"
    yield "|---|---|---|---|"
    for kind in (ActorKind.PERSON, ActorKind.API_CLIENT, ActorKind.COLLEAGUE, ActorKind.CONTACT):
        yield _reach_row(kind.value, REACH_OF_KIND[kind])
    for role in Role:
        yield _reach_row(f"member: {role.value}", REACH_OF_ROLE[role])


def _reach_row(who: str, reached: frozenset[Relation]) -> str:
    order = (Relation.OWN, Relation.ADDRESSED, Relation.ELSEWHERE)
    marks = " | ".join("yes" if one in reached else "" for one in order)
    return f"| {who} | {marks} |"


def _permissions() -> Iterator[str]:
    yield "## What each permission shows, and to whom\n"
    yield "| Permission | Shows of a case | Roles |"
    yield "|---|---|---|"
    for permission in Permission:
        roles = _sorted(ROLES_WITH[permission])
        yield f"| {permission.value} | {SHOWN[permission].value} | {roles} |"


def _actions() -> Iterator[str]:
    yield "## What each may do to a case, from which state\n"
    yield "| Action | Who | Whose case | From |"
    yield "|---|---|---|---|"
    for action in Action:
        for (relation, states), who in sorted(_allowed(action).items()):
            yield f"| {action.value} | {', '.join(who)} | {relation} | {states} |"


def _allowed(action: Action) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for who, actor in everyone():
        for relation in Relation:
            states = [
                state
                for state in ReferralState
                if decide(actor, action, state, relation) is Verdict.ALLOWED
            ]
            if states and actor.kind is not ActorKind.SYSTEM:
                words = "any state" if len(states) == len(ReferralState) else _sorted(states)
                found.setdefault((relation.value, words), []).append(who)
    if not found:
        found[("any", "by itself")] = ["the hub"]
    return found


def everyone() -> Iterator[tuple[str, Actor]]:
    """Each kind of actor, and a member of each role."""
    for kind in ActorKind:
        if kind is not ActorKind.MEMBER:
            yield kind.value, Actor(kind)
    for role in Role:
        yield role.value, Actor(ActorKind.MEMBER, roles=frozenset({role}))


def _sorted(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))
