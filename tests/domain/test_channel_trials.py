"""How an operator tries each way to a controller."""

from datetime import timedelta

from hub.domain import channel_trials as trials
from hub.domain.channel_trials import TYPED_BACK, TriedWay


def test_a_mail_and_a_letter_bring_a_code_that_is_typed_back():
    assert {TriedWay.EMAIL, TriedWay.POST} == TYPED_BACK


def test_a_trial_leaves_time_for_a_letter_and_its_code_is_short():
    assert timedelta(days=14) == trials.TRIAL_LASTS
    assert (trials.MOST_TRIES, trials.CODE_DIGITS) == (6, 6)
