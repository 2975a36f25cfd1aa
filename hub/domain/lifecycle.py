"""The life of a rights request and of its referrals: one table says who may do what from where."""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.actors import Actor, ActorKind, Role
from hub.errors import HubError


class RequestState(StrEnum):
    """Stored states of a rights request (what people see is derived from its referrals)."""

    ACTIVE = "active"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    CLOSED = "closed"
    DRAFT = "draft"
    INADMISSIBLE = "inadmissible"
    LAPSED = "lapsed"
    NEEDS_PERSON = "needs_person"
    WITHDRAWN = "withdrawn"


class ReferralState(StrEnum):
    """Stored states of a referral; lateness and pauses are computed, never stored."""

    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    CLOSED = "closed"
    CONTACT_REVIEW = "contact_review"
    CONTESTED = "contested"
    DECLINED_NOT_CONTROLLER = "declined_not_controller"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    IN_PROGRESS = "in_progress"
    QUEUED = "queued"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """Everything that can be done to a referral."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    APPROVE_ANSWER = "approve_answer"
    ASK_FILES_AGAIN = "ask_files_again"
    ASK_QUESTION = "ask_question"
    ASK_TO_BE_KNOWN = "ask_to_be_known"
    ASSIGN = "assign"
    CLOSE = "close"
    CLOSE_UNREPLIED = "close_unreplied"
    CONTEST = "contest"
    CORRECT_ANSWER = "correct_answer"
    DECLINE = "decline"
    DELIVER = "deliver"
    END_SEARCH = "end_search"
    EXTEND = "extend"
    FAIL_DELIVERY = "fail_delivery"
    JOIN = "join"
    MARK_APPLIED = "mark_applied"
    NOTE = "note"
    OPEN_TASK = "open_task"
    PROPOSE_ANSWER = "propose_answer"
    RECORD_OUTSIDE_ANSWER = "record_outside_answer"
    REPLY = "reply"
    REPLY_LATE = "reply_late"
    REQUEUE = "requeue"
    RESUME = "resume"
    REVIEW_CONTACT = "review_contact"
    ROUTE_ON = "route_on"
    SEND_ANSWER_BACK = "send_answer_back"
    SEND_FILES_AGAIN = "send_files_again"
    TELL_RECIPIENT = "tell_recipient"
    TRANSFER = "transfer"
    TYPE_IDENTITY_CODE = "type_identity_code"
    VERIFY_IDENTITY = "verify_identity"
    VIEW = "view"
    VOUCH = "vouch"
    WITHDRAW = "withdraw"
    WRITE_IDENTITY_LETTER = "write_identity_letter"


S = ReferralState
OPEN = frozenset({S.QUEUED, S.DELIVERED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CONTESTED})
UNDELIVERED = frozenset({S.QUEUED, S.DELIVERY_FAILED, S.CONTACT_REVIEW})
WORKABLE = frozenset({S.DELIVERED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CONTESTED})
ANSWERABLE = WORKABLE | {S.ANSWERED, S.CLOSED}
"""Where an answer waits to be read, or may still come: there it matters who the person is."""
ENDED = frozenset({S.CLOSED, S.DECLINED_NOT_CONTROLLER, S.TRANSFERRED, S.WITHDRAWN})
ANYWHERE = frozenset(S)

AGENTS = frozenset({Role.AGENT, Role.DECISION_MAKER, Role.ADMINISTRATOR})
DECIDERS = AGENTS
STAFF = AGENTS | {Role.DPO}


@dataclass(frozen=True)
class Transition:
    """From which states an action may be done, where it leads (None: stays), and by whom."""

    sources: frozenset[ReferralState]
    target: ReferralState | None
    roles: frozenset[Role]
    kinds: frozenset[ActorKind] = frozenset({ActorKind.MEMBER, ActorKind.API_CLIENT})


OR_CONTACT = frozenset({ActorKind.MEMBER, ActorKind.API_CLIENT, ActorKind.CONTACT})
"""What a contact without account does too, on the one referral that its link opens."""
MEMBER_ONLY = frozenset({ActorKind.MEMBER})
PERSON_ONLY = frozenset({ActorKind.PERSON})
PERSON_OR_MEMBER = frozenset({ActorKind.PERSON, ActorKind.MEMBER})
SYSTEM_ONLY = frozenset({ActorKind.SYSTEM})
NOBODY: frozenset[Role] = frozenset()
LEAVES_ANSWERED = frozenset({Action.NOTE, Action.PROPOSE_ANSWER})
"""What opens a case, but leaves one already answered as it is."""

TRANSITIONS: dict[Action, Transition] = {
    Action.ACKNOWLEDGE: Transition(frozenset({S.DELIVERED}), S.ACKNOWLEDGED, AGENTS, OR_CONTACT),
    Action.ANSWER: Transition(WORKABLE, S.ANSWERED, DECIDERS, OR_CONTACT),
    Action.APPROVE_ANSWER: Transition(WORKABLE | {S.ANSWERED}, S.ANSWERED, DECIDERS, MEMBER_ONLY),
    Action.ASK_FILES_AGAIN: Transition(
        frozenset({S.ANSWERED, S.CLOSED}), None, NOBODY, PERSON_ONLY
    ),
    Action.ASK_QUESTION: Transition(WORKABLE, S.IN_PROGRESS, AGENTS),
    Action.ASK_TO_BE_KNOWN: Transition(ANSWERABLE, None, NOBODY, PERSON_ONLY),
    Action.ASSIGN: Transition(WORKABLE | {S.ANSWERED}, None, AGENTS),
    Action.CLOSE: Transition(frozenset({S.ANSWERED}), S.CLOSED, NOBODY, PERSON_ONLY | SYSTEM_ONLY),
    Action.CLOSE_UNREPLIED: Transition(WORKABLE, S.CLOSED, NOBODY, SYSTEM_ONLY),
    Action.CONTEST: Transition(frozenset({S.ANSWERED}), S.CONTESTED, NOBODY, PERSON_ONLY),
    Action.CORRECT_ANSWER: Transition(frozenset({S.ANSWERED}), S.ANSWERED, DECIDERS),
    Action.DECLINE: Transition(WORKABLE, S.DECLINED_NOT_CONTROLLER, DECIDERS),
    Action.DELIVER: Transition(UNDELIVERED, S.DELIVERED, NOBODY, SYSTEM_ONLY),
    Action.END_SEARCH: Transition(
        frozenset({S.DECLINED_NOT_CONTROLLER}),
        None,
        frozenset({Role.OPERATOR}),
        MEMBER_ONLY,
    ),
    Action.EXTEND: Transition(WORKABLE, None, DECIDERS),
    Action.FAIL_DELIVERY: Transition(
        frozenset({S.QUEUED, S.DELIVERED}), S.DELIVERY_FAILED, NOBODY, SYSTEM_ONLY
    ),
    Action.JOIN: Transition(WORKABLE, None, AGENTS, MEMBER_ONLY),
    Action.MARK_APPLIED: Transition(frozenset({S.ANSWERED}), None, AGENTS),
    Action.NOTE: Transition(WORKABLE | {S.ANSWERED}, S.IN_PROGRESS, STAFF),
    Action.OPEN_TASK: Transition(WORKABLE, S.IN_PROGRESS, AGENTS),
    Action.PROPOSE_ANSWER: Transition(WORKABLE | {S.ANSWERED}, S.IN_PROGRESS, DECIDERS),
    Action.RECORD_OUTSIDE_ANSWER: Transition(WORKABLE, S.ANSWERED, DECIDERS),
    Action.REPLY: Transition(WORKABLE, S.IN_PROGRESS, NOBODY, PERSON_ONLY),
    Action.REPLY_LATE: Transition(frozenset({S.CLOSED}), S.IN_PROGRESS, NOBODY, PERSON_ONLY),
    Action.REQUEUE: Transition(
        frozenset({S.DELIVERY_FAILED, S.CONTACT_REVIEW}),
        S.QUEUED,
        frozenset({Role.OPERATOR}),
        SYSTEM_ONLY | {ActorKind.MEMBER},
    ),
    Action.RESUME: Transition(WORKABLE, None, AGENTS, PERSON_OR_MEMBER | {ActorKind.API_CLIENT}),
    Action.REVIEW_CONTACT: Transition(
        frozenset({S.DELIVERY_FAILED}),
        S.CONTACT_REVIEW,
        frozenset({Role.OPERATOR}),
        SYSTEM_ONLY | {ActorKind.MEMBER},
    ),
    Action.ROUTE_ON: Transition(
        frozenset({S.DECLINED_NOT_CONTROLLER}),
        S.TRANSFERRED,
        frozenset({Role.OPERATOR}),
        MEMBER_ONLY,
    ),
    Action.SEND_ANSWER_BACK: Transition(WORKABLE | {S.ANSWERED}, None, DECIDERS, MEMBER_ONLY),
    Action.SEND_FILES_AGAIN: Transition(frozenset({S.ANSWERED, S.CLOSED}), None, AGENTS),
    Action.TELL_RECIPIENT: Transition(frozenset({S.ANSWERED, S.CLOSED}), None, AGENTS),
    Action.TRANSFER: Transition(WORKABLE, S.TRANSFERRED, DECIDERS),
    Action.TYPE_IDENTITY_CODE: Transition(ANSWERABLE, None, NOBODY, PERSON_ONLY),
    Action.VERIFY_IDENTITY: Transition(WORKABLE, S.IN_PROGRESS, AGENTS),
    Action.VIEW: Transition(ANYWHERE, None, STAFF, PERSON_ONLY | OR_CONTACT),
    Action.VOUCH: Transition(ANSWERABLE, None, AGENTS, MEMBER_ONLY),
    Action.WITHDRAW: Transition(OPEN | UNDELIVERED, S.WITHDRAWN, NOBODY, PERSON_ONLY),
    Action.WRITE_IDENTITY_LETTER: Transition(ANSWERABLE, None, AGENTS, MEMBER_ONLY),
}


class ActionNotAllowed(HubError):
    """The action cannot be done from the referral's present state."""

    code = "action_not_allowed"


class NotYours(HubError):
    """The actor may not do this: another organisation's case, or a role that does not allow it."""

    code = "not_yours"


def next_state(action: Action, state: ReferralState) -> ReferralState:
    """The state an action leads to; a note or a proposal leaves an answered referral answered.

    Raises ActionNotAllowed when the table has no such step.
    """
    step = TRANSITIONS[action]
    if state not in step.sources:
        raise ActionNotAllowed(action=action.value, state=state.value)
    if step.target is None or (action in LEAVES_ANSWERED and state is S.ANSWERED):
        return state
    return step.target


def is_contested(state: ReferralState, *, was_answered: bool) -> bool:
    """Whether an answer that was given is looked at again, whatever was done since.

    It has met its time limit, and the law sets no other for the second look (GDPR 12(3)).
    """
    return state in WORKABLE and was_answered


def may_do(actor: Actor, action: Action) -> bool:
    """Whether this kind of actor, with these roles, may ever do this action."""
    step = TRANSITIONS[action]
    if actor.kind not in step.kinds:
        return False
    return actor.kind is not ActorKind.MEMBER or bool(actor.roles & step.roles)


def actions_open(actor: Actor, state: ReferralState) -> frozenset[Action]:
    """What this actor may do to a referral in this state (buttons are drawn from it)."""
    return frozenset(
        action
        for action, step in TRANSITIONS.items()
        if state in step.sources and may_do(actor, action)
    )
