"""Whether the register of recipients of one processing is whole."""

import pytest

from hub.domain.recipients import (
    LONGEST_CATEGORY,
    LONGEST_NAME,
    Completeness,
    completeness,
)


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


def test_a_name_and_a_category_fit_their_columns():
    assert (LONGEST_NAME, LONGEST_CATEGORY) == (300, 120)
