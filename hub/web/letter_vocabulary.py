"""Grounds and courts as a controller says them in its own letter: "we", never "the organisation".

Pages of the hub speak of the controller (`ground_vocabulary`, `remedies`); a letter is its own.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.actors import Role
from hub.domain.directory import OrganisationKind
from hub.web.law_words import ground_words

OWN_SENTENCES = {
    "ALL-UNFOUNDED": _l("We find that your request clearly rests on nothing."),
    "ALL-EXCESSIVE": _l("We find that you have made this request too often in too short a time."),
    "ALL-UNIDENTIFIED": _l("We cannot tell which data is yours."),
    "ALL-ID-DOUBT": _l("We still have a reasonable doubt that you are the person concerned."),
    "ALL-NOT-CONTROLLER": _l("We do not hold your data, or do not decide how it is used."),
    "ACC-OTHERS": _l(
        "Some passages would harm other people or reveal a business secret. We give you the rest."
    ),
    "REC-ACCURATE": _l(
        "The data is right, or is a doctor’s opinion. You can have your remark added."
    ),
    "POR-OTHERS": _l("Part of the file would harm other people. We give you the rest."),
    "POR-DIRECT": _l(
        "We cannot send the file straight to another service: we give it to you instead."
    ),
    "OBJ-COMPELLING": _l("In your case, our reasons weigh more than yours."),
    "OBJ-CLAIMS": _l("We need these data before a court."),
}
"""Those of the grounds whose plain sentence speaks of the organisation; the others serve both."""


CAPACITIES_SIGNED = {
    Role.AGENT: _l("Requests officer"),
    Role.DECISION_MAKER: _l("Head of requests"),
}
"""In what capacity who answers signs, until she has said it herself (CRPA L212-1)."""


def own_sentence(code: str) -> str:
    """What a ground says to the person, said by the controller itself."""
    return str(OWN_SENTENCES.get(code, "")) or ground_words(code).sentence


def own_court_words(kind: OrganisationKind) -> str:
    """Before which court its answer can be contested, said by the controller itself."""
    if kind.is_public:
        return _(
            "You can also bring the case before the administrative court (tribunal administratif), "
            "within two months: we are a public organisation."
        )
    if kind is OrganisationKind.UNKNOWN:
        return _(
            "You can also bring the case before a court: the administrative one against a public "
            "organisation, the judicial one against a private one. Ask us which."
        )
    return _(
        "You can also bring the case before the judicial court (tribunal judiciaire): we are a "
        "private organisation."
    )
