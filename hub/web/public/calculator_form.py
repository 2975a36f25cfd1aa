"""The form of the calculator, read from an address, and the written clock it amounts to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectField, TimeField, ValidationError
from wtforms.validators import InputRequired, Optional

from hub.domain.clock_notation import WrittenClock
from hub.domain.clock_reading import Track
from hub.domain.working_days import HolidayZone
from hub.web.calendar_words import TRACKS, ZONES

MOST_PAUSES = 5
# The Gregorian calendar begins in 1582, and a computed date must still have four figures.
FIRST_YEAR, LAST_YEAR = 1583, 9990


class DayField(DateField):
    """A day, from the calendar of a browser (2026-08-31) or typed by hand (31/08/2026)."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y"]
        super().__init__(label, validators, format=formats, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raises ValueError with words a person can act on."""
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            example = _("This is no date we can read. Write it like this: 31/08/2026.")
            raise ValueError(example) from None
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(
                _("Choose a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
            )

    def _value(self) -> str:
        # What cannot be read is shown again as it was typed.
        return self.data.isoformat() if self.data else " ".join(self.raw_data or ())


class HourField(TimeField):
    """An hour of the day, in Paris."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the hour; raises ValueError with words a person can act on."""
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the hour like this: 14:30.")) from None


class PauseForm(Form):
    """One pause: the day identity was asked for, and the day the reply came."""

    asked_on = DayField(_l("Identity asked for on"), [Optional()], name="demandee")
    answered_on = DayField(_l("Reply received on"), [Optional()], name="repondue")

    def check_after(self, received_on: date | None) -> None:
        """Say beside its field what cannot be: a reply without question, or before it."""
        asked, answered = self.asked_on, self.answered_on
        if asked.errors or answered.errors:
            return
        if answered.data and not asked.data:
            asked.errors = [_("Write also the day identity was asked for.")]
        elif asked.data and received_on and asked.data < received_on:
            asked.errors = [_("Identity cannot be asked for before the request came.")]
        elif asked.data and answered.data and answered.data < asked.data:
            answered.errors = [_("The reply cannot come before the question.")]


class CalculatorForm(Form):
    """Receipt, pauses, extension, and the rule and holidays to count by."""

    track = SelectField(_l("What is being counted?"), name="delai")
    received_on = DayField(
        _l("Day the organisation received the request"),
        [InputRequired(_l("Write the day the organisation received the request."))],
        name="recue",
    )
    received_at = HourField(_l("Hour"), [Optional()], name="heure")
    extended_on = DayField(
        _l("Day the organisation said that it needs more time"), [Optional()], name="prolongee"
    )
    zone = SelectField(_l("Public holidays"), name="zone")

    def __init__(self, args: Any) -> None:
        super().__init__(args)
        self.track.choices = [(track.value, str(words)) for track, words in TRACKS.items()]
        self.zone.choices = [(zone.value, str(words)) for zone, words in ZONES.items()]
        for field, chosen in ((self.track, Track.GDPR), (self.zone, HolidayZone.METROPOLE)):
            # Wrong words in an address are no fault of the person: the usual choice holds.
            if field.data not in {value for value, _words in field.choices}:
                field.data = chosen.value
        self.pauses = [PauseForm(args, prefix=f"pause{n}-") for n in range(1, MOST_PAUSES + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and each pause against the receipt."""
        super().validate(extra_validators)
        for pause in self.pauses:
            pause.validate()
            pause.check_after(self.received_on.data)
        return not self.faults()

    def validate_received_at(self, field: HourField) -> None:
        """An hour alone has no day."""
        if field.data and not self.received_on.raw_data:
            raise ValidationError(_("Write also the day."))

    def faults(self) -> list[dict[str, str]]:
        """Every fault in the order of the page, each with the address of its field."""
        pauses = [field for pause in self.pauses for field in pause]
        first = [self.track, self.received_on, self.received_at]
        return [
            {"text": str(error), "href": f"#{field.id}"}
            for field in (*first, *pauses, self.extended_on, self.zone)
            for error in field.errors
        ]

    def shown_pauses(self, args: Mapping[str, str]) -> list[PauseForm]:
        """The rows to show: those with something in them, one more when asked for."""
        filled = [n for n, pause in enumerate(self.pauses, 1) if any(f.raw_data for f in pause)]
        filled = [n for n in filled if any(any(f.raw_data or ()) for f in self.pauses[n - 1])]
        lines = args.get("lignes", "")
        wanted = int(lines) if lines.isascii() and lines.isdigit() and len(lines) < 3 else 1
        wanted += 1 if args.get("ajouter") else 0
        return self.pauses[: min(max([wanted, 1, *filled]), MOST_PAUSES)]

    def written(self) -> WrittenClock:
        """The clock in the written form that the interface for programs reads as well."""
        assert isinstance(self.received_on.data, date)  # noqa: S101
        hour = f"T{self.received_at.data:%H:%M}" if self.received_at.data else ""
        pauses = (
            f"{pause.asked_on.data}->{pause.answered_on.data or ''}"
            for pause in self.pauses
            if pause.asked_on.data
        )
        return WrittenClock(
            received_at=f"{self.received_on.data}{hour}",
            holiday_zone=self.zone.data,
            pauses=";".join(pauses),
            extensions=str(self.extended_on.data or ""),
            track=self.track.data,
        )
