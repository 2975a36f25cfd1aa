"""Who reaches what: the policy of access as data (action × role × state × relation).

The life cycle says which roles do an action, from which states. What is added here is the relation
that a role needs with the case, and how much of a case each permission shows. Pages, lists,
exports and services all decide from these tables; docs/access.md prints them.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from hub.domain.actors import Actor, ActorKind, Role
from hub.domain.lifecycle import TRANSITIONS, UNDELIVERED, Action, ReferralState, may_do
from hub.domain.permissions import ROLES_WITH, Permission


class Relation(StrEnum):
    """What a case is to the one who acts on it."""

    ADDRESSED = "addressed"
    """Her organisation must answer it."""
    ELSEWHERE = "elsewhere"
    """It is the matter of others."""
    OWN = "own"
    """The person's own request."""


class Verdict(StrEnum):
    """What comes of an attempt."""

    ABSENT = "absent"
    """Answered as if the case did not exist: its very existence is not told."""
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    NOT_NOW = "not_now"


class Shown(StrEnum):
    """How much of a case the pages of a permission show."""

    CONTENT = "content"
    """Who she is, what she wrote, what she was answered."""
    NOTHING = "nothing"
    PROCEDURE = "procedure"
    """Numbers, dates, states, outcomes and the log; nothing of the person nor of what was said."""


_OWN_HOUSE = frozenset({Relation.ADDRESSED})
_EVERYWHERE = frozenset({Relation.ADDRESSED, Relation.ELSEWHERE})
_NONE: frozenset[Relation] = frozenset()
_OF_THE_CONTROLLER = frozenset({ActorKind.API_CLIENT, ActorKind.CONTACT})

REACH_OF_ROLE: Mapping[Role, frozenset[Relation]] = {
    Role.ADMINISTRATOR: _OWN_HOUSE,
    Role.AGENT: _OWN_HOUSE,
    Role.CNIL_LIAISON: _NONE,  # complaints alone, once transmitted or to transmit
    Role.DECISION_MAKER: _OWN_HOUSE,
    Role.DPO: _OWN_HOUSE,
    Role.HUB_AGENT: _NONE,  # one case at a time, by its task
    Role.HUB_DPO: _EVERYWHERE,
    Role.OPERATOR: _EVERYWHERE,
}
"""Which cases a member comes to through each of her roles."""

REACH_OF_KIND: Mapping[ActorKind, frozenset[Relation]] = {
    ActorKind.API_CLIENT: _OWN_HOUSE,
    ActorKind.CONTACT: _OWN_HOUSE,  # the one referral of its link
    ActorKind.COLLEAGUE: _NONE,  # one question, by its link
    ActorKind.MEMBER: _NONE,  # through her roles alone
    ActorKind.PERSON: frozenset({Relation.OWN}),
    ActorKind.SYSTEM: frozenset(Relation),
}

SHOWN: Mapping[Permission, Shown] = {
    Permission.ADMINISTER_ORGANISATION: Shown.NOTHING,
    Permission.AUDIT_HUB: Shown.CONTENT,  # with a reason that is written down
    Permission.AUDIT_ORGANISATION: Shown.PROCEDURE,
    Permission.BE_SIGNED_IN: Shown.PROCEDURE,
    Permission.DESCRIBE_PROCESSINGS: Shown.NOTHING,
    Permission.DO_HUB_TASKS: Shown.CONTENT,  # the case of the task, which is written down
    Permission.KEY_IN: Shown.CONTENT,  # what she keys in herself
    Permission.OPERATE: Shown.PROCEDURE,
    Permission.READ_COMPLAINTS: Shown.PROCEDURE,
    Permission.READ_REFERRALS: Shown.CONTENT,
    Permission.READ_RULES: Shown.PROCEDURE,
    Permission.TRANSMIT_COMPLAINTS: Shown.CONTENT,  # each reading is written down
    Permission.WORK_REFERRALS: Shown.CONTENT,
}


def relation_to(
    actor: Actor,
    rights_request_id: UUID,
    organisation_id: UUID | None,
    referral_id: UUID | None = None,
) -> Relation:
    """What a case of this request, at this organisation, is to the actor.

    A contact without account comes to the one referral of its link, never to its organisation's
    others.
    """
    if actor.kind is ActorKind.CONTACT and (referral_id is None or actor.id != referral_id):
        return Relation.ELSEWHERE
    if actor.kind is ActorKind.PERSON:
        return Relation.OWN if actor.id == rights_request_id else Relation.ELSEWHERE
    is_own = actor.organisation_id is not None and actor.organisation_id == organisation_id
    return Relation.ADDRESSED if is_own else Relation.ELSEWHERE


def reach(roles: frozenset[Role], permission: Permission) -> frozenset[Relation]:
    """Which cases a member comes to by this permission: through the roles that give it alone."""
    giving = roles & ROLES_WITH[permission]
    return frozenset().union(*(REACH_OF_ROLE[role] for role in giving))


def decide(actor: Actor, action: Action, state: ReferralState, relation: Relation) -> Verdict:
    """What comes of this actor's attempt to do this action to a case of hers, or of others."""
    acting = _reaching(actor, state, relation)
    if acting is None:
        return Verdict.ABSENT
    if not may_do(acting, action):
        return Verdict.FORBIDDEN
    return Verdict.ALLOWED if state in TRANSITIONS[action].sources else Verdict.NOT_NOW


def comes_to(actor: Actor, state: ReferralState, relation: Relation) -> bool:
    """Whether a case exists at all for this actor, whatever she then may do with it."""
    return _reaching(actor, state, relation) is not None


def _reaching(actor: Actor, state: ReferralState, relation: Relation) -> Actor | None:
    """The actor with the roles alone through which she comes to the case; None without any.

    A role held for one thing never opens another: an operator who is also an agent of the hub's
    organisation answers no other controller's cases.
    """
    if actor.kind is not ActorKind.MEMBER:
        is_early = actor.kind in _OF_THE_CONTROLLER and state in UNDELIVERED
        return actor if relation in REACH_OF_KIND[actor.kind] and not is_early else None
    roles = frozenset(role for role in actor.roles if _comes_to(role, state, relation))
    return replace(actor, roles=roles) if roles else None


def _comes_to(role: Role, state: ReferralState, relation: Relation) -> bool:
    """A case that has not reached its controller is seen by who watches over the whole hub."""
    reached = REACH_OF_ROLE[role]
    if state in UNDELIVERED and Relation.ELSEWHERE not in reached:
        return False
    return relation in reached
