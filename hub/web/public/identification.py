"""A person identified by FranceConnect: when she files, and when she opens an answer."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import person
from hub.domain.identity_proof import ProvenIdentity
from hub.domain.identity_providers import MEANS_OF, Provider
from hub.errors import HubError, NotFound
from hub.models.identification import Purpose
from hub.port_errors import IdentityRefused, ProviderUnavailable
from hub.ports import Attestation
from hub.queries.identifications import OpenIdentification
from hub.queries.visits import OpenVisit, visit_of
from hub.services.identifications import AlreadyCameBack, Leaving, come_back, forget
from hub.services.identifying import prove_identity
from hub.web.access import VISIT_COOKIE, anyone, holder
from hub.web.identification import (
    COOKIE,
    NAMES,
    attestation_for,
    current,
    depart,
    expected,
    leading_page,
    say_trouble,
)
from hub.web.public.tracking_identity import answer_gate
from hub.web.work import ports, reading, unit_of_work

bp = Blueprint("identification", __name__, url_prefix="/identite")
FILING = "/demander/identite"
NEW_CODE = "/suivre/perdu/identite"


@bp.post("/demande/<provider>")
@anyone
def for_filing(provider: str) -> Response:
    """Leave to be known when filing."""
    return depart(Leaving(_of_persons(provider), Purpose.FILING, FILING), person())


@bp.post("/nouveau-code/<provider>")
@anyone
def for_new_code(provider: str) -> Response:
    """Leave to be known by who lost her code; she comes back to where her reference is asked."""
    return depart(Leaving(_of_persons(provider), Purpose.NEW_CODE, NEW_CODE), person())


@bp.post("/reponse/<uuid:answer_id>/<provider>")
@holder
def for_answer(visit: OpenVisit, answer_id: UUID, provider: str) -> Response:
    """Leave to be known before an answer is opened; she comes back to where its ways are shown."""
    answer_gate(visit, answer_id)
    after = url_for("tracking_identity.ways", answer_id=answer_id)
    leaving = Leaving(_of_persons(provider), Purpose.PICK_UP, after, visit_id=visit.id)
    return depart(leaving, person(visit.rights_request_id))


@bp.get("/retour/<provider>")
@anyone
def back(provider: str) -> Any:
    """She comes back from the provider: what it says is checked, and taken once."""
    which = _of_persons(provider)
    found = expected(which, Purpose.FILING, Purpose.NEW_CODE, Purpose.PICK_UP)
    if found is None:
        return render_template("identification/over.html", name=NAMES[which]), 400
    try:
        attested = attestation_for(found)
    except (IdentityRefused, ProviderUnavailable) as trouble:
        return say_trouble(trouble, which, found.after)
    try:
        if found.purpose is Purpose.FILING:
            return _known_for_filing(found, attested)
        if found.purpose is Purpose.NEW_CODE:
            return _known_for_new_code(found, attested)
        return _known_for_answer(found, attested)
    except (AlreadyCameBack, NotFound):
        return render_template("identification/over.html", name=NAMES[which]), 400


@bp.post("/oublier")
@anyone
def withdraw() -> Response:
    """Take back an identity given for a filing: she types who she is instead."""
    found = current()
    if found is not None and found.purpose is Purpose.FILING:
        with unit_of_work(person()) as work:
            forget(work, found.token)
    response = redirect(FILING)
    response.delete_cookie(COOKIE)
    return response


@bp.get("/fin")
@anyone
def end() -> Any:
    """After she left: the provider may still know this browser, which others may use."""
    found = current()
    if found is None or not found.id_token:
        return redirect(url_for("pages.home"))
    return render_template("identification/end.html", name=NAMES[found.provider])


@bp.post("/fin")
@anyone
def close() -> Response:
    """Leave for the provider, to end its own session there."""
    found = current()
    if found is None or not found.id_token:
        return redirect(url_for("pages.home"))
    provider = ports().identity_providers.get(found.provider)
    with unit_of_work(person()) as work:
        forget(work, found.token)
    try:
        state = secrets.token_urlsafe(32)
        address = provider.farewell(found.id_token, state) if provider else None
    except HubError as trouble:
        return say_trouble(trouble, found.provider, url_for("pages.home"))
    response = leading_page(address, found.provider) if address else redirect("/identite/quitte")
    response.delete_cookie(COOKIE)
    return response


@bp.get("/quitte")
@anyone
def left() -> Response:
    """She comes back from the provider, whose session is over."""
    flash(_("You are signed out. Nobody can use your identity on this device."), "ok")
    return redirect(url_for("pages.home"))


def attested_for_filing() -> ProvenIdentity | None:
    """The identity that this browser brought back for a filing, while it is good."""
    found = current()
    if found is None or found.purpose is not Purpose.FILING:
        return None
    return found.proven


def attested_for_new_code() -> OpenIdentification | None:
    """What this browser brought back to be given a new code, while it is good."""
    found = current()
    if found is None or found.purpose is not Purpose.NEW_CODE or found.proven is None:
        return None
    return found


def _of_persons(provider: str) -> Provider:
    try:
        which = Provider(provider)
    except ValueError:
        abort(404)
    if which not in MEANS_OF or which not in ports().identity_providers:
        abort(404)
    return which


def _known_for_filing(found: OpenIdentification, attested: Attestation) -> Response:
    with unit_of_work(person()) as work:
        come_back(work, found.id, found.token, attested)
    flash(_("%(name)s told us who you are. Check it below.", name=NAMES[found.provider]), "ok")
    return redirect(found.after)


def _known_for_new_code(found: OpenIdentification, attested: Attestation) -> Response:
    with unit_of_work(person()) as work:
        come_back(work, found.id, found.token, attested)
    return redirect(found.after)


def _known_for_answer(found: OpenIdentification, attested: Attestation) -> Response:
    cookie = request.cookies.get(VISIT_COOKIE, "")
    visit = visit_of(reading(), cookie, ports().clock.now())
    proven = attested.of
    if visit is None or visit.id != found.visit_id or not isinstance(proven, ProvenIdentity):
        raise NotFound(visit_id=found.visit_id)
    with unit_of_work(person(visit.rights_request_id)) as work:
        come_back(work, found.id, found.token, attested)
        prove_identity(work, visit.id, proven)
    # The page she comes back to says what this proof opens, or why it opens nothing.
    return redirect(found.after)
