"""What is said of a mail that came back: why it is held, where it comes from."""

from flask_babel import lazy_gettext as _l

from hub.domain.authentication_results import Verdict
from hub.domain.inbound_mail import HeldReason
from hub.models.inbound_mail import MailState

REASONS = {
    HeldReason.CASE_OVER: _l("The case is over"),
    HeldReason.NO_CASE_NAMED: _l("It does not say which case it answers"),
    HeldReason.NOT_FROM_ITS_DOMAIN: _l("It does not come from the domain that it shows"),
    HeldReason.UNKNOWN_ADDRESS: _l("The address it was sent to is mistyped or unknown"),
    HeldReason.UNKNOWN_SENDER: _l("Its sender is not known to the organisation’s list"),
    HeldReason.UNREADABLE_REPORT: _l("A mail server’s report that names no mail of ours"),
}
VERDICTS = {
    Verdict.AUTHENTIC: ("ok", _l("Origin confirmed")),
    Verdict.FAILED: ("late", _l("Origin denied: it may be false")),
    Verdict.NOT_CHECKED: ("soon", _l("Origin not checked")),
}
STATES = {
    MailState.ANSWERED: _l("An answer was made of it"),
    MailState.HELD: _l("Held: say where it goes"),
    MailState.NOTED: _l("Noted"),
    MailState.PROPOSED: _l("To confirm"),
    MailState.SET_ASIDE: _l("Set aside"),
}
