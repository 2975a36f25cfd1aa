"""Why a delivery fails, in words that say what to do; a code without words is shown as it is."""

from flask_babel import gettext as _

UNAVAILABLE = frozenset({450, 451, 454})
FULL = frozenset({452, 552})
NO_MAILBOX = frozenset({550, 551, 553})
NOT_REACHED = frozenset({"down", "ConnectionRefusedError", "ConnectionResetError", "OSError"})
BROKEN_OFF = frozenset({"SMTPServerDisconnected", "BrokenPipeError", "IncompleteReadError"})
BOUNCED = "bounced_"


def error_words(code: str | None) -> str:
    """A failure in words."""
    if not code:
        return "–"
    if code.startswith("smtp_") and code.removeprefix("smtp_").isdigit():
        return _smtp_words(int(code.removeprefix("smtp_")))
    if code.startswith(BOUNCED):
        return _(
            "The mail came back: the address refuses it (%(code)s).",
            code=code.removeprefix(BOUNCED),
        )
    if code in NOT_REACHED:
        return _("The mail server does not answer.")
    if code in BROKEN_OFF:
        return _("The mail server broke off the conversation.")
    return _words().get(code, code)


def _smtp_words(code: int) -> str:
    if code in FULL:
        return _("The mailbox is full (code %(code)s).", code=code)
    if code in NO_MAILBOX:
        return _(
            "This mailbox does not exist or takes no mail: correct the address (code %(code)s).",
            code=code,
        )
    if code < 500:
        return _("The mail server asks to come back later (code %(code)s).", code=code)
    return _("The mail server refused the message (code %(code)s).", code=code)


def _words() -> dict[str, str]:
    return {
        "no_address": _("No usable address: add or verify a contact point."),
        "bad_address": _("The address is not one that can be written to."),
        "not_composed": _("The hub could not write this mail: its logs say why."),
        "circuit_open": _("Not tried: this way has brought nothing for days."),
        "TimeoutError": _("The mail server took too long to answer."),
        "gaierror": _("The name of the mail server is unknown: check the settings."),
        "SSLCertVerificationError": _("The certificate of the mail server is not valid."),
        "SSLError": _("The mail server does not speak a safe language (TLS)."),
    }
