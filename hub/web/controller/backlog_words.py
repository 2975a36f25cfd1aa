"""Words of the columns of a backlog, and of why a line is refused."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.backlog import Column, FaultCode
from hub.models.intake_batch import BatchState, LineState

COLUMNS = {
    Column.KEY: _l("Your number for the request"),
    Column.RECEIVED_ON: _l("Date of receipt"),
    Column.RIGHT: _l("Right asked for"),
    Column.GIVEN_NAMES: _l("Given names"),
    Column.FAMILY_NAME: _l("Family name"),
    Column.FULL_NAME: _l("Whole name in one column"),
    Column.BIRTH_DATE: _l("Date of birth"),
    Column.EMAIL: _l("E-mail address"),
    Column.POSTAL_ADDRESS: _l("Postal address"),
    Column.PHONE: _l("Telephone"),
    Column.CHANNEL: _l("How it came"),
    Column.PROCESSING: _l("Database or project"),
    Column.STATEMENT: _l("Text of the request"),
    Column.CAPACITY: _l("In what capacity somebody acts for the person"),
    Column.REPRESENTATIVE: _l("Name of who acts"),
    Column.MANDATE_ENDS_ON: _l("End of the mandate"),
    Column.SEEN: _l("Paper looked at"),
    Column.SEEN_ON: _l("Looked at on"),
    Column.SEEN_BY: _l("Looked at by"),
}

FAULTS = {
    FaultCode.ARRIVED_BEFORE_GDPR: _l("before 25 May 2018: the GDPR did not apply (article 99)"),
    FaultCode.ARRIVES_IN_FUTURE: _l("a date to come"),
    FaultCode.CAPACITY_UNKNOWN: _l(
        "not understood: parent, guardian, curator, heir, agent or association"
    ),
    FaultCode.CHANNEL_UNKNOWN: _l("not understood: post, e-mail, telephone, counter or web site"),
    FaultCode.DATE_UNREADABLE: _l("not a date that can be read"),
    FaultCode.EMAIL_NOT_VALID: _l("not an e-mail address"),
    FaultCode.KEY_TWICE: _l("the same number stands higher up in the file"),
    FaultCode.KEY_USED_OTHERWISE: _l("this number is recorded already, with another content"),
    FaultCode.MISSING: _l("missing"),
    FaultCode.NO_PROCESSING: _l("missing, and none was chosen for the whole file"),
    FaultCode.PROCESSING_UNKNOWN: _l("not one of your databases in the directory"),
    FaultCode.RIGHT_UNKNOWN: _l("not a right that is understood"),
    FaultCode.SEEN_UNKNOWN: _l(
        "not understood: mandate, livret de famille, judgment, acte de notoriété or identity"
    ),
    FaultCode.TOO_LONG: _l("too long"),
}

LINE_STATES = {
    LineState.ALREADY: _l("Already recorded"),
    LineState.FILED: _l("Newly recorded"),
    LineState.READY: _l("Ready"),
    LineState.REFUSED: _l("Refused"),
}

BATCH_STATES = {
    BatchState.CHECKED: _l("Checked, not yet imported"),
    BatchState.DONE: _l("Imported"),
    BatchState.DROPPED: _l("Dropped"),
    BatchState.RECEIVED: _l("Columns to choose"),
    BatchState.WAITING: _l("Import under way"),
}


def fault_words(faults: Iterable[tuple[str, str | None]]) -> str:
    """Why a line is refused: each column, and what is wrong with it."""
    said = []
    for code, column in faults:
        why = str(FAULTS[FaultCode(code)])
        said.append(
            _("%(column)s: %(why)s", column=str(COLUMNS[Column(column)]), why=why)
            if column
            else why
        )
    return " · ".join(said)
