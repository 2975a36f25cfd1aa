"""Rights and outcomes: their articles, and what each outcome amounts to."""

import pytest

from hub.domain.outcomes import GRANTING, REFUSING, Outcome, outcome_of
from hub.domain.rights import (
    APPLIED_AFTER_DECISION,
    ARTICLES,
    NEVER_REFUSED,
    OBJECTING,
    TOLD_TO_RECIPIENTS,
    Right,
)


def test_each_right_is_that_of_its_article() -> None:
    assert {right.value: article for right, article in ARTICLES.items()} == {
        "access": "GDPR 15",
        "consent_withdrawal": "GDPR 7(3)",
        "erasure": "GDPR 17",
        "objection": "GDPR 21",
        "portability": "GDPR 20",
        "rectification": "GDPR 16",
        "restriction": "GDPR 18",
        "secondary_use_opt_out": "EHDS 71",
    }


def test_what_was_granted_must_still_be_done_but_for_what_is_sent() -> None:
    assert set(Right) - APPLIED_AFTER_DECISION == {Right.ACCESS, Right.PORTABILITY}


def test_recipients_are_told_of_what_article_19_names() -> None:
    assert {Right.ERASURE, Right.RECTIFICATION, Right.RESTRICTION} == TOLD_TO_RECIPIENTS


def test_two_rights_are_never_refused_gdpr_7_3_ehds_71() -> None:
    assert {Right.CONSENT_WITHDRAWAL, Right.SECONDARY_USE_OPT_OUT} == NEVER_REFUSED


def test_what_grants_in_part_also_refuses_in_part() -> None:
    assert {Outcome.GRANTED, Outcome.PARTLY_GRANTED} == GRANTING
    assert {Outcome.CANNOT_IDENTIFY, Outcome.PARTLY_GRANTED, Outcome.REFUSED} == REFUSING


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        (["granted"], "granted"),
        (["cannot_identify", "cannot_identify"], "cannot_identify"),
        (["no_data_held", "no_data_held"], "no_data_held"),
        (["granted", "refused"], "partly_granted"),
        (["partly_granted", "no_data_held"], "partly_granted"),
        (["refused", "no_data_held"], "refused"),
        (["cannot_identify", "no_data_held"], "refused"),
        (["partly_granted", "granted"], "partly_granted"),
    ],
)
def test_an_answer_is_what_all_its_items_are_else_partly_granted(items, whole) -> None:
    assert outcome_of([Outcome(one) for one in items]) == Outcome(whole)


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        (["no_data_held", "already_satisfied"], "already_satisfied"),
        (["no_data_held", "granted"], "granted"),
        (["already_satisfied", "granted", "no_data_held"], "granted"),
        (["no_data_held", "transferred"], "transferred"),
    ],
)
def test_an_answer_refuses_nothing_where_none_of_its_items_does_x17_gdpr_12_4(items, whole) -> None:
    assert outcome_of([Outcome(one) for one in items]) == Outcome(whole)


def test_an_answer_to_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        outcome_of([])


def test_an_objection_and_an_opt_out_keep_the_data_from_being_used() -> None:
    assert {Right.OBJECTION, Right.SECONDARY_USE_OPT_OUT} == OBJECTING
