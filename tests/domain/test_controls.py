"""What makes a control held, to look at, or not counted."""

from datetime import date

from hub.domain.controls import (
    CONTROLS,
    ControlPolicy,
    ControlState,
    Evidence,
    Fault,
    Figure,
    is_too_often,
)


def test_there_are_thirty_controls_in_order_each_with_its_text():
    assert list(CONTROLS) == [f"C{n:02}" for n in range(1, 31)]
    assert all(CONTROLS.values())


def test_a_control_without_a_fault_is_held_and_with_one_it_is_to_be_looked_at():
    held = Evidence("C03", {Figure.ANSWERED: 2}, {Fault.LATE: 0})
    assert held.state is ControlState.HELD
    late = Evidence("C03", {Figure.ANSWERED: 2}, {Fault.LATE: 1})
    assert late.state is ControlState.TO_LOOK_AT
    silent = Evidence("C12", {Figure.CASES: 0}, {Fault.UNACKNOWLEDGED: 1})
    assert silent.state is ControlState.TO_LOOK_AT


def test_where_there_was_nothing_to_count_it_is_not_called_held():
    assert Evidence("C18").state is ControlState.NOT_COUNTED
    empty = Evidence("C03", {Figure.ANSWERED: 0, Figure.SHARE_ON_TIME: None}, {Fault.LATE: 0})
    assert empty.state is ControlState.NOT_COUNTED


def test_that_there_is_none_may_be_what_a_control_asks():
    assert Evidence("C16", {Figure.FEES: 0}, holds_at_nought=True).state is ControlState.HELD
    kept = Evidence("C07", {}, {Fault.COPIES_OVERDUE: 1}, holds_at_nought=True)
    assert kept.state is ControlState.TO_LOOK_AT


def test_a_day_is_something_counted():
    run = Evidence("C21", {Figure.LAST_RUN_ON: date(2026, 9, 14)}, {Fault.WITHOUT_RUN: 0})
    assert run.state is ControlState.HELD


def test_an_exception_is_too_frequent_above_its_share_not_at_it_edpb_162():
    policy = ControlPolicy()
    assert policy.most_extended_percent == 15
    assert policy.most_questioned_percent == 20
    assert not is_too_often(15, 100, 15)
    assert is_too_often(16, 100, 15)
    assert not is_too_often(0, 0, 15)
    assert is_too_often(1, 2, 15)
    assert is_too_often(1501, 10_000, 15)


TEXTS = """
    C01 RGPD 5(2), 12(3)
    C02 CRPA R112-11-1 ; CEPD 01/2022, § 57
    C03 RGPD 12(3)
    C04 RGPD 12(3)
    C05 CEPD 01/2022, § 162
    C06 Décret 2019-536, art. 77 ; CEPD 01/2022, § 159
    C07 CEPD 01/2022, § 79
    C08 RGPD 12(4) ; CRPA L211-5, L212-1
    C09 RGPD 12(4)
    C10 CEPD, action 2025
    C11 RGPD 15-21
    C12 RGPD 12(2), 26(3)
    C13 RGPD 19
    C14 CJUE C-154/21
    C15 RGPD 12(1), 15(3), 20(1)
    C16 RGPD 12(5), 15(3)
    C17 Décret 2019-536, art. 77 ; CEPD 01/2022, § 80
    C18 LIL 70
    C19 RGPD 21 ; LIL 74 ; EEDS 71(3)
    C20 RGPD 7(3)
    C21 RGPD 5(1)(e)
    C22 RGPD 32 ; CNIL, délib. 2021-122
    C23 RGPD 33, 34
    C24 RGPD 13, 30, 35
    C25 RGPD 26, 28
    C26 CEPD, action 2024
    C27 RGPD 77
    C28 RGAA
    C29 RGPD 15(4), 32
    C30 CEPD, action 2025
"""


def test_each_control_rests_on_its_text():
    told = dict(line.split(maxsplit=1) for line in TEXTS.strip().splitlines())
    assert told == CONTROLS
