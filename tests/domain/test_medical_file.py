"""The times of the medical file stand beside the month of the GDPR (CSP L1111-7)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.domain.clock import ClockEvent, ClockEventKind, ClockReading, read_clock
from hub.domain.medical_file import MedicalFileTimes, medical_file_times
from hub.domain.rights import Right
from hub.domain.working_days import HolidayZone

RECEIVED = datetime(2026, 8, 31, 8, 2, tzinfo=UTC)
ANSWERED = ClockEvent(ClockEventKind.STOP, datetime(2026, 9, 4, 8, 0, tzinfo=UTC))


def read(*more: ClockEvent) -> ClockReading:
    start = ClockEvent(ClockEventKind.START, RECEIVED)
    return read_clock([start, *more], zone=HolidayZone.METROPOLE)


def test_a_patient_record_is_due_in_eight_days_or_two_months_after_48_hours_csp_l1111_7() -> None:
    assert medical_file_times(Right.ACCESS, read(), has_patient_record=True) == MedicalFileTimes(
        recent_on=date(2026, 9, 8),
        old_on=date(2026, 10, 31),
        not_before_at=datetime(2026, 9, 2, 8, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("right", "has_patient_record", "more"),
    [
        (Right.RECTIFICATION, True, ()),
        (Right.ACCESS, False, ()),
        (Right.ACCESS, True, (ANSWERED,)),
    ],
)
def test_no_such_time_runs_for_another_right_another_database_or_once_answered(
    right: Right, has_patient_record: bool, more: tuple[ClockEvent, ...]
) -> None:
    assert medical_file_times(right, read(*more), has_patient_record=has_patient_record) is None
