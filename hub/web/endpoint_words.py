"""What came of a call to a controller's software, in words that say what to mend."""

from flask_babel import lazy_gettext as _l

from hub.domain.outward_addresses import AddressRefusal
from hub.domain.webhooks import CallKind, Verdict

REFUSED_ADDRESSES = {
    AddressRefusal.HAS_CREDENTIALS: _l("Leave out the name and password: calls are signed."),
    AddressRefusal.NOT_A_NAME: _l("Give the full name of a server, not a number."),
    AddressRefusal.NOT_A_URL: _l("This is not a full address."),
    AddressRefusal.NOT_HTTPS: _l("The address must begin with https://."),
    AddressRefusal.NOT_PUBLIC: _l("This name leads into a private network, where we cannot call."),
    AddressRefusal.PORT_NOT_ALLOWED: _l("Leave out the port: we call on port 443 alone."),
}

CALL_KINDS = {
    CallKind.CHALLENGE: _l("Check of the address"),
    CallKind.REFERRAL_RECEIVED: _l("A request has arrived"),
    CallKind.TEST: _l("Test"),
}

RESULTS = {
    Verdict.DONE: _l("Well received"),
    Verdict.EMPTY: _l("The answer was empty: it must name the call it received."),
    Verdict.GONE: _l("The software answered that this address is closed (410)."),
    Verdict.NOT_JSON: _l("The answer is not JSON that can be read."),
    Verdict.NO_RECEIPT: _l("The answer does not say what was received."),
    Verdict.OTHER_ID: _l("The answer names another call."),
    Verdict.REDIRECTED: _l("The software sent us to another address: give that one."),
    Verdict.REFUSED: _l("The software refused the call: check that it has the right key."),
    Verdict.SAYS_ERROR: _l("The answer holds an error, whatever its status says."),
    Verdict.TRY_LATER: _l("The software is out of order or too busy: we shall try again."),
    Verdict.WRONG_CHALLENGE: _l("The challenge came back changed."),
    Verdict.WRONG_TYPE: _l("The answer is not of the type application/json."),
    "certificate_refused": _l("The certificate has expired or bears another name."),
    "connection_refused": _l("The server closed the connection."),
    "name_too_slow": _l("The name of the server could not be looked up in time."),
    "name_unknown": _l("No server has this name."),
    "not_http": _l("What came back is not a web answer."),
    "not_public": _l("This name leads into a private network, where we cannot call."),
    "not_reached": _l("The server could not be reached."),
    "tls_failed": _l("The server does not speak TLS as it should."),
    "too_long": _l("The answer is longer than 64 KiB: we stopped reading."),
    "too_slow": _l("No whole answer within 8 seconds: answer at once, and work afterwards."),
}


def result_words(code: str) -> str:
    """A result in words; a code without words is shown as it is."""
    return str(RESULTS.get(code, code))
