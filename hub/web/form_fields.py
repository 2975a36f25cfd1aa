"""Fields whose mistakes are said in plain words."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.widgets import TextInput

DATE_WANTED = _l("Give a date, as day, month and year.")


def read_date(typed: str) -> date:
    """A date as browsers send it (ISO 8601) or as people type it: 14/10/2026, 14 10 2026.

    Raises ValueError.
    """
    parts = typed.replace("/", " ").replace(".", " ").replace("-", " ").split()
    if len(parts) == 3 and len(parts[0]) == 4:
        parts.reverse()
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(typed)
    day, month, year = (int(part) for part in parts)
    return date(year, month, day)


class DatedField(DateField):
    """A date chosen in the browser's calendar or typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; a mistake keeps what was typed."""
        typed = (valuelist[0] if valuelist else "").strip()
        self.raw_data = valuelist
        if not typed:
            return
        try:
            self.data = read_date(typed)
        except ValueError:
            self.data = None  # type: ignore[assignment]
            raise ValueError(DATE_WANTED) from None


class TypedDateField(DatedField):
    """A date that is typed, not searched in a calendar: a date of birth."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{self.data:%d/%m/%Y}" if self.data else ""
