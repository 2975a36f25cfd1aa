"""The sentences of the clock, by what they tell: msgids, in French in the `clock` catalogue."""

from __future__ import annotations

from hub.domain.clock_reading import ClockStatus, ExtensionReason, StepKind, Track
from hub.domain.working_days import DayOff


def mark(msgid: str) -> str:
    """Return a msgid as it is: it is translated later, where the reader is known."""
    return msgid


N_ = mark  # the keyword extraction tools look for

DAYS_OFF = {
    DayOff.ABOLITION_OF_SLAVERY: N_("Abolition of Slavery Day"),
    DayOff.ADDED: N_("a day off here"),
    DayOff.ALL_SAINTS: N_("All Saints’ Day"),
    DayOff.ARMISTICE: N_("Armistice Day"),
    DayOff.ASCENSION: N_("Ascension Day"),
    DayOff.ASSUMPTION: N_("Assumption Day"),
    DayOff.CHRISTMAS: N_("Christmas Day"),
    DayOff.EASTER_MONDAY: N_("Easter Monday"),
    DayOff.GOOD_FRIDAY: N_("Good Friday"),
    DayOff.LABOUR_DAY: N_("Labour Day"),
    DayOff.NATIONAL_DAY: N_("the National Day"),
    DayOff.NEW_YEAR: N_("New Year’s Day"),
    DayOff.SAINT_STEPHEN: N_("Saint Stephen’s Day"),
    DayOff.SATURDAY: N_("Saturday"),
    DayOff.SUNDAY: N_("Sunday"),
    DayOff.VICTORY_1945: N_("Victory Day"),
    DayOff.WHIT_MONDAY: N_("Whit Monday"),
}

EXTENSION_REASONS = {
    ExtensionReason.EXCEPTIONAL_INFLUX: N_("an exceptional and temporary influx of requests"),
    ExtensionReason.MAKING_INTELLIGIBLE: N_("making the data understandable"),
    ExtensionReason.NUMBER_OF_REQUESTS: N_("the number of requests made by the same person"),
    ExtensionReason.REDACTION: N_("hiding what concerns other people"),
    ExtensionReason.SCATTERED_DATA: N_("data scattered over several places"),
    ExtensionReason.VOLUME: N_("the volume of data"),
}

STATUSES = {
    ClockStatus.DUE_SOON: N_("Due soon"),
    ClockStatus.ON_TIME: N_("On time"),
    ClockStatus.OVERDUE: N_("Overdue"),
    ClockStatus.STOPPED: N_("Clock stopped: answered or ended"),
    ClockStatus.SUSPENDED: N_("Suspended: identity is being checked"),
}

DUE = {
    Track.ACKNOWLEDGEMENT: N_("The acknowledgement must be sent by %(due_on)s at the latest."),
    Track.CADA_APPEAL: N_("The CADA can be asked for its opinion until %(due_on)s."),
    Track.CNIL_COMPLAINT: N_(
        "If no answer has come, the CNIL can be told that the time is over from %(due_on)s."
    ),
    Track.GDPR: N_("An answer is due by %(due_on)s at the latest, before midnight."),
    Track.GDPR_REFUSAL: N_(
        "A refusal, with its reasons, must be given by %(due_on)s at the latest; "
        "neither a pause nor an extension moves this date."
    ),
    Track.MEDICAL_FILE_OLD: N_(
        "Some of the information is more than five years old: "
        "the medical file must be given by %(due_on)s at the latest."
    ),
    Track.MEDICAL_FILE_RECENT: N_("The medical file must be given by %(due_on)s at the latest."),
    Track.REGISTRATION_RECEIPT: N_(
        "The registration receipt must be sent at once, or by %(due_on)s at the latest."
    ),
    Track.SILENCE_CADA: N_(
        "Without an answer by %(due_on)s, the request for the document counts as refused."
    ),
    Track.SILENCE_PUBLIC_BODY: N_(
        "Without an answer by %(due_on)s, the silence of the public body has a legal effect; "
        "which one must be confirmed by a lawyer."
    ),
}

SENTENCES = {
    StepKind.EXTENSION_ALREADY_MADE: N_(
        "Another extension was notified on %(notified_on)s: only one is allowed, "
        "it changes nothing."
    ),
    StepKind.EXTENSION_BEFORE_RECEIPT: N_(
        "An extension is dated %(notified_on)s, before the request came: it changes nothing."
    ),
    StepKind.EXTENSION_CANCELLED: N_("The extension was cancelled on %(cancelled_on)s."),
    StepKind.EXTENSION_TOO_LATE: N_(
        "An extension was notified on %(notified_on)s, after the last day to do so "
        "(%(notice_limit_on)s): it changes nothing."
    ),
    StepKind.EXTENSION_WITHOUT_REASON: N_(
        "An extension was notified on %(notified_on)s without a reason: it changes nothing."
    ),
    StepKind.NOTICE_LIMIT: N_(
        "To have more time, the organisation must say so, with its reasons, "
        "by %(notice_limit_on)s at the latest."
    ),
    StepKind.NOT_BEFORE: N_(
        "The law leaves 48 hours to think it over: nothing is given before %(not_before_at)s."
    ),
    StepKind.PAUSE_ADDED: N_("%(from_on)s plus %(days)s: %(to_on)s."),
    StepKind.PAUSE_ASKED_LATE: N_(
        "This question came more than five working days after receipt (%(expected_on)s): "
        "the date without pause may have to be kept."
    ),
    StepKind.PAUSE_OPEN: N_(
        "Since %(asked_on)s, the organisation has been waiting for a reply to check identity: "
        "the clock is stopped."
    ),
    StepKind.PAUSE_TOO_LATE: N_(
        "Identity was asked for on %(asked_on)s, when the time was already over "
        "(%(strict_on)s): it changes nothing."
    ),
    StepKind.PAUSE_WITHOUT_REASON: N_(
        "Identity was asked for on %(asked_on)s without a written reason: it changes nothing."
    ),
    StepKind.RECEIVED: N_("Received on %(received_on)s."),
    StepKind.REFUSAL: N_(
        "A refusal must be given, with its reasons, by %(refusal_due_on)s at the latest: "
        "neither a pause nor an extension moves this date."
    ),
    StepKind.START_CORRECTED: N_(
        "The date of receipt was corrected: it is %(to_on)s, not %(from_on)s."
    ),
    StepKind.STRICT: N_("Without any pause or extension, the date would be %(strict_on)s."),
    StepKind.SUSPENDED: N_(
        "No date runs until the reply comes. Without this question, an answer would be due "
        "by %(strict_on)s at the latest."
    ),
}

MONTHS_LATER = {
    1: N_("One month later: %(to_on)s."),
    2: N_("Two months later: %(to_on)s."),
    3: N_("Three months after receipt, instead of one: %(to_on)s."),
}
MONTHS_LATER_CLAMPED = {
    1: N_("One month later: there is no %(missing)s, so the last day of the month, %(to_on)s."),
    2: N_("Two months later: there is no %(missing)s, so the last day of the month, %(to_on)s."),
    3: N_(
        "Three months after receipt, instead of one: there is no %(missing)s, "
        "so the last day of the month, %(to_on)s."
    ),
}
