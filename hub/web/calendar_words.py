"""Words of zones, rules and holidays, wherever a date is computed or a calendar shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.clock_reading import Track
from hub.domain.working_days import DayOff, HolidayZone
from hub.web.clock_sentences import DAYS_OFF

ZONES = {
    HolidayZone.METROPOLE: _l("National list (11 days)"),
    HolidayZone.ALSACE_MOSELLE: _l("Alsace and Moselle"),
    HolidayZone.GUADELOUPE: _l("Guadeloupe"),
    HolidayZone.GUYANE: _l("French Guiana"),
    HolidayZone.LA_REUNION: _l("Réunion"),
    HolidayZone.MARTINIQUE: _l("Martinique"),
    HolidayZone.MAYOTTE: _l("Mayotte"),
    HolidayZone.SAINT_BARTHELEMY: _l("Saint-Barthélemy"),
    HolidayZone.SAINT_MARTIN: _l("Saint-Martin"),
}

TRACKS = {
    Track.GDPR: _l("Answer to a request about my data: one month (GDPR)"),
    Track.GDPR_REFUSAL: _l("Refusal of such a request: one month, never more (GDPR)"),
    Track.CNIL_COMPLAINT: _l("First day to tell the CNIL that no answer came"),
    Track.MEDICAL_FILE_RECENT: _l("Medical file, all of it less than five years old: eight days"),
    Track.MEDICAL_FILE_OLD: _l("Medical file, some of it over five years old: two months"),
    Track.SILENCE_CADA: _l("Administrative document: silence of one month is a refusal"),
    Track.CADA_APPEAL: _l("Administrative document: last day to ask the CADA"),
    Track.SILENCE_PUBLIC_BODY: _l("Silence of a public body: two months"),
    Track.ACKNOWLEDGEMENT: _l("Acknowledgement by a public body: ten working days"),
    Track.REGISTRATION_RECEIPT: _l("Registration receipt of a public body: one working day"),
}
"""Each rule in plain words, the most asked for first."""


def zone_words(zone: HolidayZone | None) -> str:
    """A zone in the reader's language; None is all of them."""
    return str(ZONES[zone]) if zone else _("Everywhere in France")


def day_off_words(day_off: DayOff) -> str:
    """Why a day is off, as the start of a line."""
    words = _(DAYS_OFF[day_off])
    return words[:1].upper() + words[1:]
