"""`/api/v1/requests`: filing by a token, and following what it filed."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor, ActorKind
from hub.domain.audit_log import breaks_in
from hub.domain.intake import POLICY as INTAKE
from hub.domain.references import ReferenceMistyped, normalise_reference
from hub.domain.representation import (
    GROUNDS,
    MANDATE_GROUND,
    Objection,
    leaves_answer_to_person,
    left_out,
    representation_from,
    stand,
)
from hub.domain.rights import Right
from hub.domain.routing import (
    Choice,
    ProcessingNotInDirectory,
    ProcessingWithoutController,
    RoutedReferral,
)
from hub.domain.working_days import local_date, start_of_day
from hub.errors import Invalid, NotFound
from hub.models.member import TokenScope
from hub.queries.audit_trail import entries_of
from hub.queries.cases import RequestRow, request_by_reference
from hub.services.filing import AlreadyFiling, file_request, receipt_again
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.filing_plans import Receipt, plan_filing
from hub.services.routing import plan_referrals, route_choices
from hub.web.access import api_client
from hub.web.api.idempotency import key_or_random
from hub.web.api.rows import event_json, filed_row, request_json
from hub.web.api.schemas import FiledOut, PersonIn, ProofOut, RequestIn, RequestOut
from hub.web.work import dialect, ports, reading, unit_of_work

bp = APIBlueprint("api_requests", __name__, url_prefix="/api/v1", tag="Rights requests")

EARLIEST = start_of_day(INTAKE.earliest_on)
NOTIFIED_RULE = (
    "Decisions are notified online to a person who agreed to it and is told by e-mail that one is "
    "there (CRPA R112-17 to R112-20): without an address, none can count as notified."
)
RECEIPT_RULE = (
    "A request is received between 25 May 2018, when the GDPR began to apply (GDPR 99(2)), and now."
)
ANSWER_RULE = (
    "A mandate that does not say who receives the answer leaves it to the person (décret 2019-536, "
    "art. 77): the code that opens it is sent to her, and to nobody else. Give her e-mail address "
    "or her postal address, or say in answer_to that the mandate gives the answer to the "
    "representative."
)
REFUSED_RULE = (
    "The mandate does not cover this (décret 2019-536, art. 77): nothing is passed on, the refusal "
    "is kept under this reference, and the person is told that somebody acted in her name. A "
    "corrected body is filed under the same key."
)
TRIES = 3


@dataclass(frozen=True)
class Acting:
    """Who acts, as it is kept; why that opens nothing; what it leaves out; whose the answer is."""

    facts: dict[str, Any] | None = None
    objection: Objection | None = None
    left_out: tuple[UUID, ...] = ()
    is_answer_hers: bool = False


@bp.post("/requests")
@api_client(TokenScope.FILE)
@bp.input(RequestIn, arg_name="body")
@bp.output(FiledOut, status_code=201)
@bp.doc(security="token", responses={409: "In flight", 422: "Cannot be accepted"})
def file(body: RequestIn, client: Actor) -> dict[str, Any]:
    """File a rights request; the same Idempotency-Key gives the same receipt."""
    return file_line(body, client, key_or_random())


def file_line(body: RequestIn, client: Actor, key: str) -> dict[str, Any]:
    """File one body under a key: the receipt, or that of the first time.

    What a mandate does not open is recorded and passed on to nobody, and the person is told (RULES
    X14): some processings (`refused` of the receipt), or all of it (Invalid, with its reference).
    Raises Invalid, KeyUsedOtherwise, AlreadyFiling, StorageUnavailable.
    """
    _check(body)
    acting = _acting(body)
    routed = _routed(body.processings)
    if acting.left_out:
        routed = _routed([key for key in body.processings if key not in acting.left_out])
    whole = replace(acting, objection=None)
    draft = _draft(body, client, plan_referrals(routed), key, whole)
    if acting.objection is None:
        return _filed(draft, client, routed)
    replay = receipt_again(reading(), ports(), draft)
    return _replayed(replay) if replay else _refused(body, client, key, acting)


def _refused(body: RequestIn, client: Actor, key: str, acting: Acting) -> dict[str, Any]:
    """Record the refusal, once for each body under a key, and say its ground."""
    alone = replace(acting, left_out=())
    filed = _filed(_draft(body, client, (), _refused_key(body, key), alone), client, ())
    raise Invalid(
        field="representative",
        reason=acting.objection.value if acting.objection else "",
        ground=MANDATE_GROUND,
        reference=filed["reference"],
        detail=REFUSED_RULE,
    )


def _filed(draft: FilingDraft, client: Actor, routed: tuple[RoutedReferral, ...]) -> dict[str, Any]:
    for _ in range(TRIES):
        plan = plan_filing(draft, ports().keyring, ports().clock.now()).bound_for(dialect())
        try:
            with unit_of_work(client) as work:
                receipt = file_request(work, plan)
            return request_json(filed_row(plan, routed)) | {"secret": receipt.secret}
        except AlreadyFiling:
            replay = receipt_again(reading(), ports(), draft)
            if replay is not None:
                return _replayed(replay)
    raise AlreadyFiling


def _refused_key(body: RequestIn, key: str) -> str:
    """Corrected, the same key files: a refusal does not use it up, and is recorded once."""
    said = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    return f"{key}:refused:{said}"


def _replayed(receipt: Receipt) -> dict[str, Any]:
    row = request_by_reference(reading(), receipt.reference)
    if row is None or row.is_mandate_ended:
        raise NotFound
    return request_json(row) | {"secret": receipt.secret}


@bp.get("/requests/<reference>")
@api_client(TokenScope.FILE)
@bp.output(RequestOut)
@bp.doc(security="token")
def follow(reference: str, client: Actor) -> dict[str, Any]:
    """A rights request that this organisation filed."""
    return request_json(own_request(reference, client))


@bp.get("/requests/<reference>/proof")
@api_client(TokenScope.FILE)
@bp.output(ProofOut)
@bp.doc(security="token")
def proof(reference: str, client: Actor) -> dict[str, Any]:
    """The chain of acts of a rights request: whoever keeps it can show later what was done when.

    Hashes and pseudonyms only; each hash is SHA-256 over its event and the hash before it.
    """
    row = own_request(reference, client)
    entries = entries_of(reading(), row.id)
    return {
        "reference": row.reference,
        "whole": not breaks_in(entries),
        "head": entries[-1][1].hex() if entries else "",
        "events": [event_json(entry, stored) for entry, stored in entries],
    }


def own_request(reference: str, client: Actor) -> RequestRow:
    """A rights request filed by the client's organisation; raises NotFound for any other.

    Once the person has put an end to its mandate, the organisation sees it no more.
    """
    try:
        wanted = normalise_reference(reference)
    except ReferenceMistyped as error:
        raise NotFound(reference=reference) from error
    row = request_by_reference(reading(), wanted)
    if row is None or row.filed_by_organisation_id != client.organisation_id:
        raise NotFound(reference=reference)
    if row.is_mandate_ended:
        raise NotFound(reference=reference)
    return row


def _check(body: RequestIn) -> None:
    now = ports().clock.now()
    if body.right is Right.SECONDARY_USE_OPT_OUT:
        is_open = ports().policies.opt_outs.is_open(local_date(now))
        reason = "registered_at_opt_outs" if is_open else "not_yet_applicable"
        raise Invalid(field="right", reason=reason)
    if body.received_at and not EARLIEST <= body.received_at <= now:
        raise Invalid(field="received_at", reason="out_of_range", detail=RECEIPT_RULE)
    if body.person.birth_date > now.date() or body.person.birth_date.year < 1880:
        raise Invalid(field="person.birth_date", reason="out_of_range")
    if body.person.notified_online and not body.person.email:
        reason = "without_email"
        raise Invalid(field="person.notified_online", reason=reason, detail=NOTIFIED_RULE)


def _draft(
    body: RequestIn,
    client: Actor,
    referrals: tuple[PlannedReferral, ...],
    key: str,
    acting: Acting,
) -> FilingDraft:
    return FilingDraft(
        right=body.right,
        person=person_given(body.person),
        statement=body.statement,
        language=body.language,
        channel=body.channel,
        referrals=referrals,
        idempotency_key=key,
        idempotency_scope=_scope(client),
        actor=client,
        active_at_once=acting.objection is None,
        received_at=body.received_at,
        representative=acting.facts,
        objection=acting.objection,
        left_out=acting.left_out,
        keeps_code_from_filer=acting.is_answer_hers,
    )


def _scope(client: Actor) -> str:
    """Keys are those of a token; those of a file that members bring are their organisation's."""
    if client.kind is ActorKind.API_CLIENT:
        return f"token:{client.id}"
    return f"organisation:{client.organisation_id}"


def _acting(body: RequestIn) -> Acting:
    """Who acts and how far that opens; raises Invalid where it is no matter of a mandate."""
    if body.representative is None:
        return Acting()
    facts = body.representative.model_dump(mode="json")
    said = representation_from(facts)
    if said is None:
        raise Invalid(field="representative", reason="invalid")
    kept = {name: value for name, value in facts.items() if value}
    today = local_date(ports().clock.now())
    standing = stand(said, body.right, body.person.birth_date, today)
    outside = left_out(said, dict.fromkeys(body.processings))
    objection = standing.objection
    if objection is None and len(outside) == len(set(body.processings)):
        objection = Objection.MANDATE_SILENT_ON_PROCESSING
    if objection and GROUNDS[objection] == MANDATE_GROUND:
        return Acting(kept, objection, outside)
    if standing.objection:
        reason = standing.objection.value
        raise Invalid(field="representative", reason=reason, ground=standing.ground)
    is_hers = leaves_answer_to_person(said)
    if is_hers and not (body.person.email or body.person.postal_address):
        raise Invalid(field="person.email", reason="answer_goes_to_person", detail=ANSWER_RULE)
    return Acting(kept, None, outside, is_hers)


def person_given(given: PersonIn) -> PersonGiven:
    """The person of a body, as services take her."""
    return PersonGiven(
        given_names=given.given_names,
        family_name=given.family_name,
        birth_date=given.birth_date,
        email=given.email,
        postal_address=given.postal_address,
        phone=given.phone,
        notified_online=given.notified_online,
        identifiers={kind.value: value for kind, value in given.identifiers.items()},
    )


def _routed(processings: list[UUID]) -> tuple[RoutedReferral, ...]:
    choices = [Choice(key) for key in dict.fromkeys(processings)]
    try:
        return route_choices(reading(), choices)
    except ProcessingNotInDirectory as error:
        raise Invalid(field="processings", reason="unknown", value=str(error)) from error
    except ProcessingWithoutController as error:
        raise Invalid(field="processings", reason="without_controller") from error
