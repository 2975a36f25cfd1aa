"""A person's file for the CNIL as JSON-LD, in the terms of DPV 2.3, for a program to read."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from hub.domain import dpv_terms
from hub.domain.dpv_terms import CONTEXT, GROUNDS, status_of
from hub.queries.controller_contacts import ControllerContact
from hub.queries.tracking_rows import TrackedReferral
from hub.web.public.cnil_pieces import Complained

Node = dict[str, Any]


def record_json(complained: Complained, pieces: Iterable[tuple[str, str]]) -> bytes:
    """The whole record; `pieces` are (name, SHA-256) of what goes with it."""
    found = complained.found
    record: Node = {
        "@context": dict(CONTEXT),
        "@id": f"urn:uuid:{found.id}",
        "@type": "dpv:RightExerciseRecord",
        "dct:identifier": found.reference,
        "dct:dateSubmitted": _instant(found.received_at),
        "dct:created": _day(complained.today),
        "dpv:hasRight": [_ref(dpv_terms.RIGHTS[found.right]), _ref(dpv_terms.COMPLAINT)],
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "vcard:fn": found.person_name},
        "dct:hasPart": [_activity(complained, one) for one in complained.referrals],
        "dct:references": [
            {"dct:title": name, "dct:identifier": f"sha256:{digest}"} for name, digest in pieces
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=1).encode()


def _activity(complained: Complained, referral: TrackedReferral) -> Node:
    answer = referral.answer
    outcome = answer.outcome if answer else referral.outcome
    due_on = referral.clock.due_on
    node: Node = {
        "@id": f"urn:uuid:{referral.id}",
        "@type": "dpv:RightExerciseActivity",
        "dct:identifier": referral.number,
        "dct:dateSubmitted": _instant(referral.received_at),
        "dpv:hasRight": _ref(dpv_terms.RIGHTS[complained.found.right]),
        "dpv:hasRequestStatus": _ref(status_of(complained.cause(referral), outcome)),
        "dpv:hasDataController": _controller(complained.contact(referral)),
        "dct:subject": [item.title for item in referral.items],
        "dct:hasPart": [
            {"@type": "dpv:RightExerciseActivity", "dct:type": act.kind.value}
            | {"dct:date": _instant(act.at)}
            for act in referral.acts
        ],
    }
    if due_on is not None:
        node["dct:valid"] = _day(due_on)
    if justifications := _justifications(referral):
        node["dpv:hasJustification"] = justifications
    return node


def _justifications(referral: TrackedReferral) -> list[Node]:
    answer = referral.answer
    codes = [one.ground for one in answer.items if one.ground] if answer else []
    return [
        _ref(GROUNDS[code]) if code in GROUNDS else {"dct:identifier": code}
        for code in dict.fromkeys(codes)
    ]


def _controller(contact: ControllerContact) -> Node:
    service = contact.service
    node: Node = {
        "@id": f"urn:uuid:{contact.organisation_id}",
        "@type": "dpv:DataController",
        "vcard:fn": service.organisation,
    }
    given = {
        "dct:identifier": contact.siren,
        "vcard:hasEmail": service.email,
        "vcard:hasTelephone": service.phone,
        "vcard:hasAddress": service.postal_address,
    }
    node |= {name: value for name, value in given.items() if value}
    if contact.dpo_email:
        node["dpv:hasDataProtectionOfficer"] = {
            "@type": "dpv:DataProtectionOfficer",
            "vcard:hasEmail": contact.dpo_email,
        }
    return node


def _ref(term: str) -> Node:
    return {"@id": term}


def _day(value: date) -> Node:
    return {"@type": "xsd:date", "@value": value.isoformat()}


def _instant(value: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": value.isoformat(timespec="seconds")}
