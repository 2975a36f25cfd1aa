"""Leaving for a provider of identity and coming back: what persons and members have in common."""

from flask import (
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, person
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import LEVEL_OF
from hub.domain.identity_providers import MEANS_OF, Provider
from hub.errors import HubError
from hub.models.identification import Purpose
from hub.port_errors import IdentityRefusal, IdentityRefused, ProviderUnavailable
from hub.ports import Attestation, ProviderReturn
from hub.queries.identifications import OpenIdentification, identification_of
from hub.services.identifications import (
    KEPT_FOR,
    Leaving,
    forget,
    keep_token_alone,
    leave,
    new_departure,
)
from hub.web.work import ports, reading, settings, unit_of_work

COOKIE = "identification"
NAMES = {
    Provider.FRANCECONNECT: "FranceConnect",
    Provider.FRANCECONNECT_PLUS: "FranceConnect+",
    Provider.PROCONNECT: "ProConnect",
}


def is_offered(provider: Provider) -> bool:
    """Whether the hub is registered with this provider."""
    return provider in ports().identity_providers


def provider_for(level: IdentityLevel) -> Provider | None:
    """The provider to offer a person for a level: the one whose account most people have."""
    surest = (one for one, means in MEANS_OF.items() if LEVEL_OF[means] >= level)
    return next(filter(is_offered, surest), None)


def depart(leaving: Leaving, actor: Actor) -> Response:
    """A page that leads on to the provider, or back with the reason why not.

    A page and not a redirection: the browser lets no form of ours end at another site.
    """
    provider = ports().identity_providers.get(leaving.provider)
    if provider is None:
        abort(404)
    departure = new_departure()
    try:
        address = provider.address_for(departure)
    except ProviderUnavailable as trouble:
        return say_trouble(trouble, leaving.provider, leaving.after)
    earlier = current()
    with unit_of_work(actor) as work:
        if earlier is not None:
            forget(work, earlier.token)
        token = leave(work, leaving, departure)
    response = leading_page(address, leaving.provider)
    response.set_cookie(
        COOKIE,
        token.hex(),
        max_age=int(KEPT_FOR[leaving.purpose].total_seconds()),
        secure=settings().is_public_url_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def leading_page(address: str, provider: Provider) -> Response:
    """A page of ours that goes on by itself to an address of a provider."""
    page = render_template("identification/leaving.html", address=address, name=NAMES[provider])
    return make_response(page)


def current() -> OpenIdentification | None:
    """What this browser left for, if that is still good."""
    cookie = request.cookies.get(COOKIE, "")
    return identification_of(reading(), ports().keyring, cookie, ports().clock.now())


def after_leaving(otherwise: str) -> str:
    """Where to go after she left: to end the provider's own session too, if it knows her still.

    Whoever comes next on this device finds nothing of who she is.
    """
    found = current()
    if found is None or not found.id_token:
        return otherwise
    with unit_of_work(person()) as work:
        keep_token_alone(work, found.id, found.token, found.id_token)
    return url_for("identification.end")


def expected(provider: Provider, *purposes: Purpose) -> OpenIdentification | None:
    """What this browser left for, if it has not come back yet and it is this."""
    found = current()
    if found is None or found.has_come_back or found.departure is None:
        return None
    return found if found.provider is provider and found.purpose in purposes else None


def attestation_for(found: OpenIdentification) -> Attestation:
    """What the provider attests to this return; raises IdentityRefused or ProviderUnavailable.

    A departure that failed is not tried again; a return that is not its own leaves it open.
    """
    told = request.args
    returned = ProviderReturn(
        state=told.get("state", ""),
        code=told.get("code", ""),
        issuer=told.get("iss", ""),
        error=told.get("error", ""),
    )
    provider = ports().identity_providers[found.provider]
    if found.departure is None:
        raise IdentityRefused(reason=IdentityRefusal.EXPIRED, check="departure")
    # Nothing of the database is held while the provider is asked.
    reading().rollback()
    try:
        return provider.attest(found.departure, returned)
    except (IdentityRefused, ProviderUnavailable) as trouble:
        if trouble.facts.get("check") != "state":
            with unit_of_work(person()) as work:
                forget(work, found.token)
        raise


def say_trouble(trouble: HubError, provider: Provider, after: str) -> Response:
    """Lead back to where she left, and say what happened; the log names the check alone."""
    check = str(trouble.facts.get("check", ""))
    current_app.logger.warning("%s: %s (%s)", provider.value, trouble.code, check)
    flash(trouble_words(trouble, provider), "late")
    return redirect(after)


def trouble_words(trouble: HubError, provider: Provider) -> str:
    """What went wrong with a provider, that nothing is lost, and what to do."""
    name = NAMES[provider]
    words = {
        IdentityRefusal.CANCELLED: _(
            "You stopped at %(name)s. Nothing was sent and nothing is lost: you can try again.",
            name=name,
        ),
        IdentityRefusal.EXPIRED: _(
            "Too much time has passed since you left for %(name)s. Nothing is lost: start again.",
            name=name,
        ),
        IdentityRefusal.INCOMPLETE: _(
            "%(name)s did not tell us all that is needed, such as a full date of birth. Nothing is "
            "lost: go on without it, or call us.",
            name=name,
        ),
        IdentityRefusal.LEVEL_TOO_LOW: _(
            "The account you chose at %(name)s is not secure enough for this. Nothing is lost: "
            "start again and choose another account there.",
            name=name,
        ),
        IdentityRefusal.NOT_TRUSTED: _(
            "We could not be sure that this answer came from %(name)s, so we took nothing from it. "
            "Nothing is lost: start again. If it happens again, call us.",
            name=name,
        ),
    }
    reason = trouble.facts.get("reason")
    if isinstance(reason, IdentityRefusal):
        return words[reason]
    return _(
        "%(name)s does not answer just now. Nothing is lost: try again in a few minutes.",
        name=name,
    )
