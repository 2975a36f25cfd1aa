"""Forms of a backlog: the file, then which of its columns says what."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional

from hub.domain.backlog import Column, Fallbacks
from hub.domain.rights import Right
from hub.models.rights_request import IntakeChannel
from hub.queries.keying import OwnProcessing
from hub.services.backlog_checking import Choices
from hub.web.controller.backlog_words import COLUMNS
from hub.web.controller.keying_forms import RIGHTS
from hub.web.law_words import channel_words, right_term

CHANNELS = (
    IntakeChannel.POST,
    IntakeChannel.EMAIL,
    IntakeChannel.PHONE,
    IntakeChannel.COUNTER,
    IntakeChannel.WEB,
)
NONE = ""


class FileForm(FlaskForm):
    """The file, and for a hub agent whose it is."""

    file = FileField(
        _l("File of the requests"), validators=[FileRequired(_l("Choose the file first."))]
    )
    siren = StringField(_l("SIREN of the organisation"), validators=[Optional()])


class PressedForm(FlaskForm):
    """One button."""


class ColumnsForm(FlaskForm):
    """Which column of the file says what, and what holds for all where the file is silent."""

    right_for_all = SelectField(
        _l("Right, where the file does not say it"), validators=[Optional()]
    )
    channel_for_all = SelectField(_l("How they came, where the file does not say it"))
    processings = SelectMultipleField(
        _l("Databases concerned, where the file does not say it"), validators=[Optional()]
    )

    def choices_of(self) -> Choices:
        """What was chosen."""
        places = {
            column: int(self[column.value].data)
            for column in Column
            if self[column.value].data not in (None, NONE)
        }
        said = self.right_for_all.data
        right = Right(said) if said else None
        fallbacks = Fallbacks(right, self.channel_for_all.data, tuple(self.processings.data or ()))
        return Choices(places, fallbacks)

    def column_fields(self) -> list[Any]:
        """The fields of the columns, in the order of the page."""
        return [self[column.value] for column in Column]


def columns_form(
    headers: Sequence[str],
    own: Sequence[OwnProcessing],
    found: Mapping[Column, int],
    chosen: Choices | None,
) -> ColumnsForm:
    """The form for these headers, filled with what is recognised or was chosen before."""
    offered = [(NONE, _l("Not in the file"))]
    offered += [(str(place), title or f"({place + 1})") for place, title in enumerate(headers)]
    fields = {
        column.value: SelectField(COLUMNS[column], choices=offered, validators=[Optional()])
        for column in Column
    }
    kind = type("ColumnsFormForFile", (ColumnsForm,), fields)
    places = chosen.columns if chosen else found
    filled: dict[str, Any] = {column.value: str(place) for column, place in places.items()}
    one_base = [str(own[0].id)] if len(own) == 1 else []
    filled |= {
        "right_for_all": chosen.fallbacks.right if chosen else NONE,
        "channel_for_all": chosen.fallbacks.channel if chosen else IntakeChannel.POST.value,
        "processings": list(chosen.fallbacks.processings) if chosen else one_base,
    }
    form: ColumnsForm = kind(data=filled)
    form.right_for_all.choices = [
        (NONE, _l("The file says it")),
        *((one.value, right_term(one)) for one in RIGHTS),
    ]
    form.channel_for_all.choices = [(one.value, channel_words(one)) for one in CHANNELS]
    form.processings.choices = [(str(one.id), one.title) for one in own]
    return form
