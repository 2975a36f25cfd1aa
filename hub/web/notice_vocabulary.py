"""Words of the reminders, for staff and for the file that a person may take to the CNIL."""

from flask_babel import lazy_gettext as _l

from hub.domain.notices import NoticeKind, NoticePreference

NOTICES = {
    NoticeKind.TEN_DAYS_BEFORE: _l("Reminder ten days before the date"),
    NoticeKind.FIVE_DAYS_BEFORE: _l("Reminder five days before the date"),
    NoticeKind.ONE_DAY_BEFORE: _l("Reminder the day before the date"),
    NoticeKind.DUE_TODAY: _l("Reminder on the date itself"),
    NoticeKind.OVERDUE_WEEKLY: _l("Weekly reminder after the date"),
    NoticeKind.DPO_OVERDUE: _l("Alert to the organisation’s data protection officer"),
    NoticeKind.HUB_DPO_OVERDUE: _l("Alert to the data protection officer of this service"),
    NoticeKind.PERSON_OVERDUE: _l("Message to the person: a date has passed"),
    NoticeKind.SECOND_READER_WAITING: _l("Reminder to the second reader"),
    NoticeKind.UNACKNOWLEDGED: _l("Reminder to acknowledge receipt"),
}

PREFERENCES = {
    NoticePreference.SINGLE: _l("One message for each event"),
    NoticePreference.DIGEST: _l("One message a day with everything"),
}
