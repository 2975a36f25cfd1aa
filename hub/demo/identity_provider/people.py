"""Who may identify herself at the providers of the demonstration: made-up persons and members."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from hub.domain.identity_providers import Provider

HEAD_OFFICE = "00012"
ELSEWHERE = "13002526500013"


@dataclass(frozen=True)
class DemonstrationPerson:
    """One line of the page: how she is named there, what is said of her."""

    key: str
    name: str
    detail: str
    claims: dict[str, Any]


def people_of(provider: Provider) -> list[DemonstrationPerson]:
    """Who may be chosen at this provider."""
    return _members() if provider is Provider.PROCONNECT else _persons()


def claims_of(provider: Provider, key: str) -> dict[str, Any]:
    """What is said of one of them."""
    return next(one.claims for one in people_of(provider) if one.key == key)


def typed_claims(given_names: str, family_name: str, born_on: date, sex: str) -> dict[str, Any]:
    """What is said of somebody made up on the page itself."""
    return {
        "given_name": given_names,
        "given_name_array": given_names.split(),
        "family_name": family_name,
        "birthdate": born_on.isoformat(),
        "gender": sex,
        "birthplace": "",
        "birthcountry": "99100",
    }


def subject_of(provider: Provider, key: str) -> str:
    """The name of a person at this provider: each has its own (pairwise)."""
    return hashlib.sha256(f"{provider.value} {key}".encode()).hexdigest() + "v1"


def _persons() -> list[DemonstrationPerson]:
    told = tomllib.loads(_text("identity_provider/persons.toml"))["person"]
    return [
        DemonstrationPerson(
            one["key"],
            f"{one['given_name']} {one['family_name']}",
            "/".join(reversed(one["birthdate"].split("-"))),
            {name: value for name, value in one.items() if name != "key"},
        )
        for one in told
    ]


def _members() -> list[DemonstrationPerson]:
    kept = tomllib.loads(_text("organisations.toml"))["organisation"]
    organisations = {one["key"]: one for one in kept}
    rows = []
    for one in tomllib.loads(_text("accounts.toml"))["account"]:
        organisation = organisations[one["organisation"]]
        siret = organisation["siren"] + HEAD_OFFICE
        rows.append(_member(one["email"], one["name"], organisation["name"], siret))
    stranger = _member(
        "camille.nulle-part@ailleurs.example", "Camille Nulle-Part", "Agence d’Ailleurs", ELSEWHERE
    )
    return [*rows, stranger]


def _member(email: str, name: str, organisation: str, siret: str) -> DemonstrationPerson:
    return DemonstrationPerson(email, name, organisation, {"siret": siret})


def _text(name: str) -> str:
    return files("hub.demo").joinpath(name).read_text("utf-8")
