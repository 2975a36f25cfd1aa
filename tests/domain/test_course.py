"""The hub's own times and choices, as the people are told them."""

from hub.domain.course import COURSE
from hub.domain.identity_documents import POLICY


def test_the_times_along_a_request_are_those_the_people_are_told() -> None:
    assert COURSE.reply_days == 15
    assert COURSE.confirmation_reminder_days == 2
    assert COURSE.confirmation_days == 7
    assert COURSE.closing_days == 30


def test_no_copy_of_an_identity_document_is_taken_edpb_79() -> None:
    assert POLICY.takes_copies is False
