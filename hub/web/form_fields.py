"""Fields whose mistakes are said in plain words, and the form of a button alone."""

import re
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import Length
from wtforms.widgets import TextInput

from hub.domain.directory import fold

DATE_WANTED = _l("Give a date, as day, month and year.")


class PressForm(FlaskForm):
    """A button alone, with its hidden token."""


def at_most(most: int) -> Length:
    """The validator of a text of so many characters, with its message."""
    return Length(max=most, message=_l("%(max)d characters at most.", max=most))


MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
"""Names of the months in the two languages of the hub, without accents."""

SHORTEST_MONTH = 3
_ORDINAL = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)")


def read_date(typed: str) -> date:
    """A date as browsers send it (ISO 8601) or as people type it: 14/10/2026, 14 octobre 2026.

    Raises ValueError.
    """
    if not all(part.isascii() for part in typed if part.isdigit()):
        raise ValueError(typed)
    parts = [part for part in fold(typed).split() if part != "le"]
    if len(parts) == 3 and len(parts[0]) == 4 and parts[0].isdigit():
        parts.reverse()
    if len(parts) != 3:
        raise ValueError(typed)
    if parts[0].isalpha():
        parts[0], parts[1] = parts[1], parts[0]
    day, month, year = parts
    return date(int(year), _month(month), int(_ORDINAL.sub(r"\1", day)))


def _month(word: str) -> int:
    """The number of a month given in figures or by name, shortened if it is still one month's."""
    if word.isdigit():
        return int(word)
    found = [number for number, names in enumerate(MONTHS, start=1) if _is_one_of(word, names)]
    if len(found) != 1:
        raise ValueError(word)
    return found[0]


def _is_one_of(word: str, names: tuple[str, ...]) -> bool:
    return len(word) >= SHORTEST_MONTH and any(name.startswith(word) for name in names)


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
