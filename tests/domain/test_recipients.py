"""Whether the register of recipients of one processing is whole."""

import pytest

from hub.domain.recipients import Completeness, completeness


@pytest.mark.parametrize(
    ("named", "says_none", "found"),
    [
        (0, False, Completeness.LACKING),
        (0, True, Completeness.NONE),
        (1, False, Completeness.NAMED),
        (1, True, Completeness.NAMED),
    ],
)
def test_a_register_is_whole_by_names_or_by_the_word_that_there_is_none_c_154_21(
    named, says_none, found
):
    assert completeness(named, says_none=says_none) is found
