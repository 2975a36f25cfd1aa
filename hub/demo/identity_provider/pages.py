"""What people see of the demonstration's providers: one page to choose a made-up person."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from hub.demo.identity_provider.endpoints import provider_of
from hub.demo.identity_provider.people import claims_of, people_of, typed_claims
from hub.demo.identity_provider.registration import CLIENT_ID, PREFIX, issuer_of
from hub.demo.identity_provider.signing import code_for
from hub.domain.identity_providers import ACR_ASKED, Provider
from hub.web.access import anyone
from hub.web.form_fields import TypedDateField
from hub.web.identification import NAMES
from hub.web.work import ports, settings

bp = Blueprint("demonstration_identity", __name__, url_prefix=f"{PREFIX}/<provider>/api/v2")

NEEDED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "acr_values",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
TAKEN = frozenset({*NEEDED, "claims", "prompt", "lang"})
SHORTEST = {Provider.FRANCECONNECT: 22, Provider.FRANCECONNECT_PLUS: 22, Provider.PROCONNECT: 32}
WEAKER = {Provider.FRANCECONNECT_PLUS: "eidas1"}

STRONG, WEAK = "strong", "weak"
ASSURANCES = {
    Provider.FRANCECONNECT_PLUS: (
        (STRONG, _l("A secure account, as asked")),
        (WEAK, _l("A weaker account: the hub will refuse it")),
    ),
    Provider.PROCONNECT: (
        (STRONG, _l("With a second factor there")),
        (WEAK, _l("With a password alone: the hub will ask for its own code")),
    ),
}


OTHER = "other"


class ChoiceForm(FlaskForm):
    """Who she says she is, and how surely where that may vary."""

    person = RadioField(_l("Who are you?"), validators=[InputRequired(_l("Choose a person."))])
    given_names = StringField(_l("First names"), validators=[Length(max=120)])
    family_name = StringField(_l("Surname at birth"), validators=[Length(max=120)])
    birth_date = TypedDateField(_l("Date of birth"), validators=[Optional()])
    sex = RadioField(
        _l("Sex"), choices=[("female", _l("Female")), ("male", _l("Male"))], default="female"
    )
    assurance = RadioField(_l("With which account?"), default=STRONG)

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        people = people_of(provider)
        self.person.choices = [(one.key, one.name) for one in people]
        self.hints = {one.key: one.detail for one in people}
        if provider is Provider.PROCONNECT:
            del self.given_names, self.family_name, self.birth_date, self.sex
        else:
            self.person.choices.append((OTHER, _("Somebody else, made up below")))
        if provider in ASSURANCES:
            self.assurance.choices = ASSURANCES[provider]
        else:
            del self.assurance

    def validate_person(self, field: Field) -> None:
        """Somebody made up here is made up whole."""
        if field.data != OTHER:
            return
        if not (self.given_names.data and self.family_name.data and self.birth_date.data):
            raise ValidationError(_("Give first names, a surname and a date of birth."))


@bp.get("/authorize")
@anyone
def choose(provider: str) -> Any:
    """Choose who to be."""
    which = provider_of(provider)
    fault = fault_of(which)
    if fault:
        return render_template("demonstration/provider_fault.html", fault=fault), 400
    return _page(which)


@bp.post("/authorize")
@anyone
def chosen(provider: str) -> Any:
    """Go back to the hub, with a code or with an error."""
    which = provider_of(provider)
    fault = fault_of(which)
    if fault:
        return render_template("demonstration/provider_fault.html", fault=fault), 400
    told: dict[str, str] = {"state": request.args["state"], "iss": issuer_of(settings(), which)}
    form = ChoiceForm(which)
    if "cancel" in request.form:
        told |= {"error": "access_denied", "error_description": "User auth aborted"}
    elif form.validate_on_submit():
        told["code"] = code_for(settings(), _facts(which, form), ports().clock.now().timestamp())
    else:
        return _page(which, form), 422
    return redirect(f"{request.args['redirect_uri']}?{urlencode(told)}", 303)


@bp.get("/session/end")
@anyone
def leave(provider: str) -> Any:
    """End the session there, of which nothing is kept, and go back."""
    provider_of(provider)
    back = f"{settings().public_url}/identite/quitte"
    if request.args.get("post_logout_redirect_uri") != back or not request.args.get("state"):
        return render_template("demonstration/provider_fault.html", fault="Y000400"), 400
    return redirect(f"{back}?{urlencode({'state': request.args['state']})}", 303)


def fault_of(provider: Provider) -> str:
    """Why a departure is refused, as the real ones do; "" when it is right."""
    told = request.args
    back = f"{settings().public_url}/identite/retour/{provider.value}"
    long_enough = len(told.get("nonce", "")) >= SHORTEST[provider]
    right = (
        set(told) <= TAKEN
        and all(told.get(name) for name in NEEDED)
        and told.get("client_id") == CLIENT_ID
        and told.get("redirect_uri") == back
        and told.get("response_type") == "code"
        and told.get("code_challenge_method") == "S256"
        and "openid" in told["scope"].split()
    )
    return "" if right and long_enough else "Y000400"


def _facts(provider: Provider, form: ChoiceForm) -> dict[str, Any]:
    weak = "assurance" in form and form.assurance.data == WEAK
    strong = provider is Provider.PROCONNECT and not weak
    asked = ACR_ASKED[provider]
    key = form.person.data
    if key == OTHER:
        claims = typed_claims(
            form.given_names.data.strip(),
            form.family_name.data.strip(),
            form.birth_date.data,
            form.sex.data,
        )
        key = " ".join((claims["given_name"], claims["family_name"], claims["birthdate"]))
    else:
        claims = claims_of(provider, key)
    return {
        "provider": provider.value,
        "person": key,
        "claims": claims,
        "nonce": request.args["nonce"],
        "redirect_uri": request.args["redirect_uri"],
        "challenge": request.args["code_challenge"],
        "acr": WEAKER.get(provider, asked) if weak else asked,
        "amr": ["pwd", "mfa"] if strong else ["pwd"],
    }


def _page(provider: Provider, form: ChoiceForm | None = None) -> str:
    return render_template(
        "demonstration/provider.html", form=form or ChoiceForm(provider), name=NAMES[provider]
    )
