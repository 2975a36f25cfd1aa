"""The hub's own times along a request, in days: policy [P], no text fixes them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CoursePolicy:
    """When a question wants its reply, when an address not confirmed lapses, when a case closes.

    RULES T15: no text says what happens if the person never answers. She is reminded of the
    question, then told that it is closed; a late reply opens it again.
    """

    reply_days: int = 15
    question_reminder_days: int = 15
    question_closing_days: int = 60
    confirmation_reminder_days: int = 2
    confirmation_days: int = 7
    closing_days: int = 30


COURSE = CoursePolicy()


class QuestionStep(StrEnum):
    """What is owed to a person who has not replied."""

    CLOSE = "close"
    REMIND = "remind"


@dataclass(frozen=True)
class Unreplied:
    """A question without reply: when it was asked, reminded of, and by when a reply was wanted."""

    asked_on: date
    reminded_on: date | None = None
    reply_by_on: date | None = None


def question_step(
    question: Unreplied, today: date, policy: CoursePolicy = COURSE
) -> QuestionStep | None:
    """What is due today for a question without reply; never a closing that was not announced."""
    if question.reminded_on is None:
        remind_on = question.asked_on + timedelta(days=policy.question_reminder_days)
        return QuestionStep.REMIND if remind_on <= today else None
    return QuestionStep.CLOSE if closes_on(question, policy) <= today else None


def closes_on(question: Unreplied, policy: CoursePolicy = COURSE) -> date:
    """The day on which a question closes without reply.

    A reminder that left late gives her the same time, and nothing closes before the day on which
    her reply was wanted is over.
    """
    days = [question.asked_on + timedelta(days=policy.question_closing_days)]
    if question.reminded_on is not None:
        days.append(question.reminded_on + timedelta(days=notice_days(policy)))
    if question.reply_by_on is not None:
        days.append(question.reply_by_on + _ONE_DAY)
    return max(days)


def notice_days(policy: CoursePolicy = COURSE) -> int:
    """How long the reminder leaves her before the question closes."""
    return policy.question_closing_days - policy.question_reminder_days
