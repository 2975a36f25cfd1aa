"""The times of a medical file, which health law sets beside the month of the GDPR (CSP L1111-7)."""

from dataclasses import dataclass
from datetime import date, datetime

from hub.domain.clock import REFLECTION_TIME
from hub.domain.clock_reading import ClockReading, Track
from hub.domain.clock_reckoning import NATIONAL_TRACKS, Reckoning
from hub.domain.rights import Right


@dataclass(frozen=True)
class MedicalFileTimes:
    """The last day to give the file, and that for what is over five years old in it.

    `not_before_at`: the patient has 48 hours to think it over.
    """

    recent_on: date
    old_on: date
    not_before_at: datetime


def medical_file_times(
    right: Right, clock: ClockReading, *, has_patient_record: bool
) -> MedicalFileTimes | None:
    """The times of the file while an answer is owed; None where no patient record is asked for.

    They neither pause, roll nor extend, and the month of the GDPR runs all the same.
    Source: CSP L1111-7, R1111-1.
    """
    if right is not Right.ACCESS or not has_patient_record or clock.stopped_on is not None:
        return None

    def last_day(track: Track) -> date:
        path = Reckoning(clock.zone, clock.extra_holidays)
        return NATIONAL_TRACKS[track](path, clock.received_on)

    return MedicalFileTimes(
        recent_on=last_day(Track.MEDICAL_FILE_RECENT),
        old_on=last_day(Track.MEDICAL_FILE_OLD),
        not_before_at=clock.received_at + REFLECTION_TIME,
    )
