"""`/api/v1/requests`: filing by a token, and following what it filed."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.domain.audit_log import breaks_in
from hub.domain.intake import POLICY as INTAKE
from hub.domain.references import ReferenceMistyped, normalise_reference
from hub.domain.representation import leaves_answer_to_person, representation_from, stand
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
from hub.services.filing import (
    AlreadyFiling,
    FilingDraft,
    PersonGiven,
    PlannedReferral,
    Receipt,
    file_request,
    find_replay,
    plan_filing,
)
from hub.services.routing import plan_referrals, route_choices
from hub.web.access import api_client
from hub.web.api.idempotency import key_or_random
from hub.web.api.rows import event_json, filed_row, request_json
from hub.web.api.schemas import FiledOut, PersonIn, ProofOut, RequestIn, RequestOut
from hub.web.work import dialect, ports, reading, unit_of_work

bp = APIBlueprint("api_requests", __name__, url_prefix="/api/v1", tag="Rights requests")

EARLIEST = start_of_day(INTAKE.earliest_on)
RECEIPT_RULE = (
    "A request is received between 25 May 2018, when the GDPR began to apply (GDPR 99(2)), and now."
)
ANSWER_RULE = (
    "A mandate that does not say who receives the answer leaves it to the person (décret 2019-536, "
    "art. 77), and the secret of a receipt opens the answer: whoever files would read it. Either "
    "the mandate gives the answer to the representative, and answer_to says so, or the person "
    "files herself, which needs no account."
)
TRIES = 3


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

    Raises Invalid, KeyUsedOtherwise, AlreadyFiling, StorageUnavailable.
    """
    routed = _routed(body)
    draft = _draft(body, client, plan_referrals(routed), key)
    for _ in range(TRIES):
        plan = plan_filing(draft, ports().keyring, ports().clock.now()).bound_for(dialect())
        try:
            with unit_of_work(client) as work:
                receipt = file_request(work, plan)
            return request_json(filed_row(plan, routed)) | {"secret": receipt.secret}
        except AlreadyFiling:
            replay = find_replay(reading(), ports().keyring, draft)
            if replay is not None:
                return _replayed(replay)
    raise AlreadyFiling


def _replayed(receipt: Receipt) -> dict[str, Any]:
    row = request_by_reference(reading(), receipt.reference)
    if row is None:
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
    """A rights request filed by the client's organisation; raises NotFound for any other."""
    try:
        wanted = normalise_reference(reference)
    except ReferenceMistyped as error:
        raise NotFound(reference=reference) from error
    row = request_by_reference(reading(), wanted)
    if row is None or row.filed_by_organisation_id != client.organisation_id:
        raise NotFound(reference=reference)
    return row


def _draft(
    body: RequestIn, client: Actor, referrals: tuple[PlannedReferral, ...], key: str
) -> FilingDraft:
    now = ports().clock.now()
    if body.right is Right.SECONDARY_USE_OPT_OUT:
        is_open = ports().policies.opt_outs.is_open(local_date(now))
        reason = "registered_at_opt_outs" if is_open else "not_yet_applicable"
        raise Invalid(field="right", reason=reason)
    if body.received_at and not EARLIEST <= body.received_at <= now:
        raise Invalid(field="received_at", reason="out_of_range", detail=RECEIPT_RULE)
    if body.person.birth_date > now.date() or body.person.birth_date.year < 1880:
        raise Invalid(field="person.birth_date", reason="out_of_range")
    return FilingDraft(
        right=body.right,
        person=person_given(body.person),
        statement=body.statement,
        language=body.language,
        channel=body.channel,
        referrals=referrals,
        idempotency_key=key,
        idempotency_scope=f"token:{client.id}",
        actor=client,
        active_at_once=True,
        received_at=body.received_at,
        representative=_representative(body, local_date(now)),
    )


def _representative(body: RequestIn, today: date) -> dict[str, Any] | None:
    """Who acts, if she may; raises Invalid with the ground when it opens nothing."""
    if body.representative is None:
        return None
    facts = body.representative.model_dump(mode="json")
    said = representation_from(facts)
    if said is None:
        raise Invalid(field="representative", reason="invalid")
    standing = stand(said, body.right, body.person.birth_date, today)
    if standing.objection:
        reason = standing.objection.value
        raise Invalid(field="representative", reason=reason, ground=standing.ground)
    if leaves_answer_to_person(said):
        field = "representative.answer_to"
        raise Invalid(field=field, reason="answer_goes_to_person", detail=ANSWER_RULE)
    return {name: value for name, value in facts.items() if value}


def person_given(given: PersonIn) -> PersonGiven:
    """The person of a body, as services take her."""
    return PersonGiven(
        given_names=given.given_names,
        family_name=given.family_name,
        birth_date=given.birth_date,
        email=given.email,
        postal_address=given.postal_address,
        phone=given.phone,
        identifiers={kind.value: value for kind, value in given.identifiers.items()},
    )


def _routed(body: RequestIn) -> tuple[RoutedReferral, ...]:
    choices = [Choice(key) for key in dict.fromkeys(body.processings)]
    try:
        return route_choices(reading(), choices)
    except ProcessingNotInDirectory as error:
        raise Invalid(field="processings", reason="unknown", value=str(error)) from error
    except ProcessingWithoutController as error:
        raise Invalid(field="processings", reason="without_controller") from error
