"""Terms of the Data Privacy Vocabulary 2.3 (W3C) for a record of rights exercised.

https://w3id.org/dpv/2.3; version 2.3 is the first to name the EHDS opt-out (eu-ehds:A71).
"""

from collections.abc import Mapping

from hub.domain.complaints import Cause
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right

CONTEXT: Mapping[str, str] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-ehds": "https://w3id.org/dpv/legal/eu/ehds#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "justifications": "https://w3id.org/dpv/justifications#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

RIGHTS: Mapping[Right, str] = {
    Right.ACCESS: "eu-gdpr:A15",
    Right.CONSENT_WITHDRAWAL: "eu-gdpr:A7-3",
    Right.ERASURE: "eu-gdpr:A17",
    Right.OBJECTION: "eu-gdpr:A21",
    Right.PORTABILITY: "eu-gdpr:A20",
    Right.RECTIFICATION: "eu-gdpr:A16",
    Right.RESTRICTION: "eu-gdpr:A18",
    Right.SECONDARY_USE_OPT_OUT: "eu-ehds:A71",
}
COMPLAINT = "eu-gdpr:A77"

_IDENTITY = "eu-gdpr:JustificationA12IdentityFailure"
_OTHERS = "justifications:ThirdPartyRightsImpaired"
_RESEARCH = "justifications:ScientificHistoricalResearchImpaired"
_BY_LAW = "justifications:LegallyExempted"

GROUNDS: Mapping[str, str] = {
    "ACC-OTHERS": _OTHERS,
    "ACC-RESEARCH": _RESEARCH,
    "ACC-SECRET": _BY_LAW,
    "ALL-ART23": _BY_LAW,
    "ALL-EXCESSIVE": "eu-gdpr:JustificationA12ManifestlyExcessive",
    "ALL-ID-DOUBT": _IDENTITY,
    "ALL-UNFOUNDED": "eu-gdpr:JustificationA12ManifestlyUnfounded",
    "ALL-UNIDENTIFIED": _IDENTITY,
    "ERA-CLAIMS": "eu-gdpr:JustificationA17LegalClaims",
    "ERA-LEGAL": "eu-gdpr:JustificationA17LegallyRequired",
    "ERA-PUBHEALTH": "eu-gdpr:JustificationA17PublicHealth",
    "ERA-RESEARCH": _RESEARCH,
    "ERA-RETENTION": "eu-gdpr:JustificationA17LegallyRequired",
    "OBJ-ACT": _BY_LAW,
    "OBJ-COMPELLING": "justifications:LegitimateInterestOverride",
    "OBJ-LIL78": _RESEARCH,
    "OBJ-SNDS-MAIN": _BY_LAW,
    "OBJ-SNDS-PERM": _BY_LAW,
    "POR-OTHERS": _OTHERS,
    "REC-RESEARCH": _RESEARCH,
    "RES-RESEARCH": _RESEARCH,
}
"""Grounds that the vocabulary names; the others keep their code alone."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ALREADY_SATISFIED: "dpv:RequestFulfilled",
    Outcome.CANNOT_IDENTIFY: "dpv:RequestUnfulfilled",
    Outcome.GRANTED: "dpv:RequestAccepted",
    Outcome.NO_DATA_HELD: "dpv:RequestFulfilled",
    Outcome.PARTLY_GRANTED: "dpv:RequestAccepted",
    Outcome.REFUSED: "dpv:RequestRejected",
    Outcome.TRANSFERRED: "dpv:RequestRequiresAction",
}

CAUSES: Mapping[Cause, str] = {
    Cause.CONTESTED: "dpv:RequestRequiresAction",
    Cause.SILENCE: "dpv:RequestActionDelayed",
    Cause.OVER: "dpv:RequestUnfulfilled",
    Cause.WAITING: "dpv:RequestInitiated",
}


def status_of(cause: Cause, outcome: Outcome | None) -> str:
    """The status of a request at one controller (dpv:hasRequestStatus)."""
    if cause in CAUSES:
        return CAUSES[cause]
    return OUTCOMES[outcome] if outcome else CAUSES[Cause.WAITING]
