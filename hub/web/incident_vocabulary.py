"""Words of the register of incidents."""

from flask_babel import lazy_gettext as _l

from hub.domain.actors import ActorKind
from hub.domain.incidents import IncidentRisk, IncidentState

STATES = {
    IncidentState.LATE: _l("72 hours over"),
    IncidentState.OPEN: _l("Open"),
    IncidentState.CLOSED: _l("Incident closed"),
}
RISKS = {
    IncidentRisk.UNLIKELY: _l("A risk for the persons is unlikely"),
    IncidentRisk.RISK: _l("A risk for the persons is likely: the CNIL must be notified"),
    IncidentRisk.HIGH: _l("A high risk is likely: the persons must be told too"),
}
TOLD_BY = {
    ActorKind.PERSON: _l("The person who opened the answer"),
    ActorKind.MEMBER: _l("A member of the organisation"),
}
FIELDS = {
    "facts": _l("The facts"),
    "effects": _l("The effects"),
    "measures": _l("The measures"),
    "risk": _l("The risk for the persons"),
    "notified_on": _l("Day on which the CNIL was notified"),
    "cnil_number": _l("Number given by the CNIL"),
    "delay": _l("Why it was notified after 72 hours"),
    "not_notified": _l("Why the CNIL was not notified"),
    "told_on": _l("Day on which the persons concerned were told"),
    "not_told": _l("Why the persons were not told"),
}
