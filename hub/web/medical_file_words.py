"""The times of a medical file in words (CSP L1111-7)."""

from datetime import date

from flask_babel import gettext as _

from hub.domain.medical_file import MedicalFileTimes
from hub.web.filters import day, moment


def medical_file_words(times: MedicalFileTimes | None) -> str:
    """By when the file is owed; empty where none is asked for."""
    if times is None:
        return ""
    return _(
        "Medical file: to be given by %(recent)s (8 days), or by %(old)s (2 months) for what is "
        "more than 5 years old. Public health code, article L1111-7.",
        recent=day(times.recent_on),
        old=day(times.old_on),
    )


def medical_file_words_today(times: MedicalFileTimes | None, today: date) -> str:
    """The same to the person, with what she can do once the first date has passed."""
    said = medical_file_words(times)
    if times is None or today <= times.recent_on:
        return said
    passed = _("The first of these dates has passed: you can go to the CNIL without waiting.")
    return f"{said} {passed}"


def earliest_words(times: MedicalFileTimes) -> str:
    """Before which moment the file is not given, said to who answers."""
    return _(
        "Not before %(moment)s: the law leaves 48 hours to think it over.",
        moment=moment(times.not_before_at),
    )
