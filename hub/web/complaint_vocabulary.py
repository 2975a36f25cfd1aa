"""Words of complaints transmitted to the CNIL: where they stand, what came of them."""

from flask_babel import lazy_gettext as _l

from hub.domain.complaints import ComplaintOutcome, ComplaintState

STATES = {
    ComplaintState.TO_TRANSMIT: _l("To transmit"),
    ComplaintState.TRANSMITTED: _l("Transmitted"),
    ComplaintState.CLOSED: _l("Closed"),
}
OUTCOMES = {
    ComplaintOutcome.UPHELD: _l("Well founded"),
    ComplaintOutcome.PARTLY_UPHELD: _l("Well founded in part"),
    ComplaintOutcome.REJECTED: _l("Not well founded"),
    ComplaintOutcome.SETTLED: _l("Settled: what was asked was done"),
    ComplaintOutcome.WITHDRAWN: _l("Taken back by the person"),
}
