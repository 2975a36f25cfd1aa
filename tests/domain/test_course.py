"""The hub's own times, as people are told them; a question without reply (T15)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.course import COURSE, QuestionStep, Unreplied, closes_on, question_step
from hub.domain.identity_documents import IdentityDocumentPolicy

ASKED = date(2026, 9, 14)
DAYS = st.integers(0, 400)


def after(days):
    return ASKED + timedelta(days=days)


def test_the_person_is_reminded_on_the_fifteenth_day_t15():
    assert question_step(Unreplied(ASKED), after(14)) is None
    assert question_step(Unreplied(ASKED), after(15)) is QuestionStep.REMIND


def test_a_question_of_which_nobody_was_reminded_closes_on_its_sixtieth_day_t15():
    assert closes_on(Unreplied(ASKED)) == after(60)


def test_the_question_closes_on_the_sixtieth_day_t15():
    reminded = Unreplied(ASKED, after(15))
    assert question_step(reminded, after(59)) is None
    assert question_step(reminded, after(60)) is QuestionStep.CLOSE


def test_a_reminder_that_left_late_gives_her_the_same_time():
    assert question_step(Unreplied(ASKED), after(90)) is QuestionStep.REMIND
    late = Unreplied(ASKED, after(90))
    assert closes_on(late) == after(135)
    assert question_step(late, after(134)) is None


def test_nothing_closes_before_the_day_on_which_a_reply_was_wanted_is_over():
    asked = Unreplied(ASKED, after(15), reply_by_on=after(80))
    assert question_step(asked, after(80)) is None
    assert question_step(asked, after(81)) is QuestionStep.CLOSE


@given(reminded=DAYS, wanted=st.none() | DAYS, today=DAYS)
def test_no_closing_comes_without_its_announcement_and_its_time(reminded, wanted, today):
    asked = Unreplied(ASKED, after(reminded), None if wanted is None else after(wanted))
    if question_step(asked, after(today)) is QuestionStep.CLOSE:
        assert today - reminded >= COURSE.question_closing_days - COURSE.question_reminder_days
        assert today >= COURSE.question_closing_days
    assert question_step(Unreplied(ASKED), after(today)) is not QuestionStep.CLOSE


def test_the_times_along_a_request_are_those_the_people_are_told() -> None:
    assert COURSE.reply_days == 15
    assert COURSE.confirmation_reminder_days == 2
    assert COURSE.confirmation_days == 7
    assert COURSE.closing_days == 30


def test_no_copy_of_an_identity_document_is_taken_edpb_79() -> None:
    assert not IdentityDocumentPolicy().takes_copies
