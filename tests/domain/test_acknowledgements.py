"""What an acknowledgement of receipt must say, and what silence is worth when."""

from datetime import date

from hub.domain.acknowledgements import (
    AcknowledgementPolicy,
    CompletionAsked,
    MandatoryField,
    Service,
    silence_on,
)

RECEIVED = date(2026, 9, 14)


def test_silence_counts_two_months_by_the_day_number_and_never_rolls():
    assert silence_on(date(2026, 12, 31), ()) == date(2027, 2, 28)


def test_what_is_missing_suspends_the_silence_until_it_is_supplied_crpa_l114_5():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 10, 5), date(2026, 9, 25))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 19)


def test_what_is_supplied_too_late_suspends_only_for_the_time_given():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 20))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 24)


def test_what_was_never_supplied_suspends_for_the_time_given():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 9, 30))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 24)


def test_two_lists_at_once_suspend_once():
    asked = [
        CompletionAsked(date(2026, 9, 20), date(2026, 9, 30)),
        CompletionAsked(date(2026, 9, 25), date(2026, 9, 30)),
    ]
    assert silence_on(RECEIVED, asked) == date(2026, 11, 24)


def test_a_list_sent_once_the_silence_has_spoken_changes_nothing():
    asked = CompletionAsked(date(2026, 11, 15), date(2026, 11, 30))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 14)


def test_the_months_of_silence_are_a_setting():
    assert silence_on(RECEIVED, (), AcknowledgementPolicy(silence_months=4)) == date(2027, 1, 14)


def test_a_service_lacks_what_the_directory_does_not_hold_crpa_r112_11_1():
    assert Service("CHU").missing == (
        MandatoryField.SERVICE,
        MandatoryField.ADDRESS,
        MandatoryField.PHONE,
    )
    whole = Service("CHU", "Service des droits", email="droits@chu.example", phone="02 99 00 00 00")
    assert whole.missing == ()
