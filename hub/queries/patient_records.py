"""Which of the processings asked about are patient records: their times are their own."""

from sqlalchemy import ColumnElement, exists

from hub.domain.legal_bases import Context
from hub.models.directory import Purpose
from hub.models.referral import ReferralItem


def is_patient_record() -> ColumnElement[bool]:
    """Whether the processing of a referral's item is a patient record (CSP L1111-7)."""
    return exists().where(
        Purpose.processing_id == ReferralItem.processing_id,
        Purpose.context == Context.PATIENT_RECORD,
    )
