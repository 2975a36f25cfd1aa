"""Who looks at a refusal before it leaves (EDPB, coordinated action of 2025; GDPR 12(4))."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.grounds import says_something
from hub.domain.lifecycle import NotYours
from hub.domain.outcomes import REFUSING, Outcome
from hub.errors import Conflict, Invalid


class AnswerAwaitsReader(Conflict):
    """An answer of this referral already waits for its second reader; it must come back first."""

    code = "answer_awaits_reader"


class OwnAnswer(NotYours):
    """The author of an answer is not its second reader, nor its reviewer."""

    code = "own_answer"


class AloneWithoutReason(Invalid):
    """A refusal leaves without second reader only with the reason why there is none."""

    code = "alone_without_reason"


class WayOut(StrEnum):
    """How an answer leaves: at once, once approved, or unread and then reviewed by the DPO."""

    AT_ONCE = "at_once"
    ONCE_APPROVED = "once_approved"
    UNREAD = "unread"


@dataclass(frozen=True)
class SecondReadingPolicy:
    """Whether refusals have a second reader; a policy of the hub [P], on by default.

    `wanted_by_default`: what an organisation starts with; its administrator may change it.
    `programs_may_lack_reason`: a program is not asked why no member could read.
    """

    wanted_by_default: bool = True
    programs_may_lack_reason: bool = True


POLICY = SecondReadingPolicy()


@dataclass(frozen=True)
class Circumstances:
    """What decides of the way out: the setting, who could read, and how the answer was given."""

    is_wanted: bool
    has_reader: bool
    was_given_outside: bool = False
    is_by_program: bool = False
    alone_reason: str = ""


def is_refusal(outcomes: Iterable[Outcome]) -> bool:
    """Whether something is refused, even in part ("no data held" is an answer, not a refusal)."""
    return any(outcome in REFUSING for outcome in outcomes)


def way_out(outcomes: Iterable[Outcome], found: Circumstances) -> WayOut:
    """How an answer with these outcomes leaves.

    A refusal waits for a second reader where one exists. Without one, its author says why, and
    its DPO reviews it afterwards. Raises AloneWithoutReason with the field at fault.
    """
    if not is_refusal(outcomes):
        return WayOut.AT_ONCE
    if found.was_given_outside or not found.is_wanted:
        return WayOut.UNREAD
    if found.has_reader:
        return WayOut.ONCE_APPROVED
    excused = found.is_by_program and POLICY.programs_may_lack_reason
    if not excused and not says_something(found.alone_reason):
        raise AloneWithoutReason(field="alone_reason")
    return WayOut.UNREAD
