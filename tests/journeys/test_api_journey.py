"""Programs of an association and of three controllers, from import to the last answer."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.administrators import ENDPOINT, Administrator
from tests.journeys.directories import (
    BRUME_SIREN,
    BRUME_TITLE,
    ESTUARY_SIREN,
    REGISTER_SIREN,
    REGISTER_TITLE,
    VALMONT_SIREN,
    VALMONT_TITLE,
    import_catalogues,
    real_catalogues,
)
from tests.journeys.hubs import JourneyHub
from tests.receiver import program, running
from tests.running import eventually, free_port

pytestmark = pytest.mark.slow

WORDS = (BRUME_TITLE, VALMONT_TITLE, REGISTER_TITLE)
PERSON = {
    "given_names": "Angèle Marie",
    "family_name": "Dubois",
    "birth_date": "1965-03-08",
    "email": "angele.dubois@personne.example",
    "identifiers": {"birth_name": "Martin"},
}
HERS = str(PERSON["email"])
ESTUARY_ADMINISTRATOR = "paul.guerin@hopitaux-grand-fleuve.example"
ESTUARY_TITLE = "L’Estuaire, entrepôt de données de santé des Hôpitaux du Grand-Fleuve"
UNSAID = ("valmont", "brume", "registre", "cancer", "entrepôt", "accès", "angèle", "dubois")


REFUSAL = {
    "outcome": "refused",
    "text": "Nous ne pouvons pas vous retrouver.",
    "ground": "ALL-UNIDENTIFIED",
    "reasons": "Nous ne gardons aucun nom.",
    "evidence": "Recherche par année et commune.",
    "author": {"name": "Marc Delorme"},
}


def without_states(receipt: Any) -> Any:
    """A receipt without what goes on living after it: deliveries do not wait for a replay."""
    alive = ("state",)
    referrals = [
        {name: value for name, value in one.items() if name not in alive}
        for one in receipt["referrals"]
    ]
    return receipt | {"referrals": referrals}


def found_by(hub: JourneyHub, words: str) -> dict[str, Any]:
    """The first processing that a search finds."""
    reply = hub.call("GET", f"/processings?q={quote(words)}")
    assert reply.status == 200
    assert reply.content["items"], f"nothing found for {words}"
    return dict(reply.content["items"][0])


def file_request(hub: JourneyHub, token: str, processings: list[str]) -> dict[str, Any]:
    body = {
        "right": "access",
        "processings": processings,
        "person": PERSON,
        "statement": "Je souhaite une copie de toutes mes données.",
        "language": "fr",
    }
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first = hub.call("POST", "/requests", token, body, **key)
    assert first.status == 201, first.content
    again = hub.call("POST", "/requests", token, body, **key)
    assert again.status == first.status
    assert without_states(again.content) == without_states(first.content)
    return dict(first.content)


def inbox(hub: JourneyHub, token: str) -> list[str]:
    reply = hub.call("GET", "/referrals?state=delivered", token)
    return [row["id"] for row in reply.content["items"]]


def act(
    hub: JourneyHub, token: str, referral: str, name: str, status: int = 200, **body: object
) -> dict[str, Any]:
    reply = hub.call("POST", f"/referrals/{referral}/{name}", token, body or None)
    assert reply.status == status, reply.content
    return dict(reply.content)


def test_a_filing_goes_to_three_controllers_and_their_three_answers_come_back(
    hub: JourneyHub,
) -> None:
    said = import_catalogues(hub)
    assert "1 fiche refusée" in said["warehouse.ttl"]
    assert "«\u00a0bientôt\u00a0» n’a pas été comprise" in said["cohorts.jsonld"]
    chosen = [found_by(hub, words) for words in WORDS]
    sirens = [one["controllers"][0]["siren"] for one in chosen]
    assert sirens == [BRUME_SIREN, VALMONT_SIREN, REGISTER_SIREN]

    filing = hub.token(VALMONT_SIREN, "file")
    receipt = file_request(hub, filing, [one["id"] for one in chosen])
    assert receipt["state"] == "active"
    referral = {one["organisation"]["siren"]: one["id"] for one in receipt["referrals"]}
    assert set(referral) == set(sirens)

    tokens = {siren: hub.token(siren, "answer") for siren in sirens}
    for siren, token in tokens.items():
        assert eventually(lambda: referral[siren] in inbox(hub, token)), "never delivered"  # noqa: B023

    brume, valmont, register = sirens
    act(hub, tokens[valmont], referral[valmont], "acknowledge")
    act(
        hub, tokens[valmont], referral[valmont], "answer",
        outcome="granted", text="Voici la copie de vos données, par le portail.",
    )  # fmt: skip
    waits = act(hub, tokens[register], referral[register], "answer", status=202, **REFUSAL)
    assert waits["answer_state"] == "awaiting_second_reader"
    act(hub, tokens[brume], referral[brume], "answer", **REFUSAL)

    followed = hub.call("GET", f"/requests/{receipt['reference']}", filing)
    assert followed.status == 200
    outcomes = {
        one["organisation"]["siren"]: (one["state"], one["outcome"])
        for one in followed.content["referrals"]
    }
    assert outcomes == {
        valmont: ("answered", "granted"),
        register: ("in_progress", None),
        brume: ("answered", "refused"),
    }
    assert eventually(lambda: len({mail.subject for mail in hub.mails_to(HERS)}) == 2)
    check_mails(hub)
    assert "nothing missing, nothing altered" in hub.verify_log()


def check_mails(hub: JourneyHub) -> None:
    """She is told to read and that her proof is there; no mail says of what nor by whom."""
    for mail in hub.mails_to(HERS):
        said = f"{mail.subject} {mail.text}".casefold()
        assert not [word for word in UNSAID if word in said], said


def test_a_controller_s_own_software_is_called_and_reads_what_arrived(
    embedded: JourneyHub,
) -> None:
    found = found_by(embedded, ESTUARY_TITLE)
    assert [one["siren"] for one in found["controllers"]] == [ESTUARY_SIREN]
    token = embedded.token(ESTUARY_SIREN, "answer")
    paul = Administrator(embedded, ESTUARY_ADMINISTRATOR)
    port = free_port()
    page = paul.send(ENDPOINT, url=f"http://127.0.0.1:{port}/")
    (key,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    with running(program(), key, port=port) as receiver:
        paul.send(f"{ENDPOINT}/verifier")
        assert eventually(lambda: "Rien à faire" in paul.page(ENDPOINT))
        paul.send(f"{ENDPOINT}/cle")
        receipt = file_request(embedded, embedded.token(VALMONT_SIREN, "file"), [found["id"]])
        assert eventually(lambda: bool(receiver.lines)), "never called"
    ((_, address),) = [line.split(" ") for line in receiver.lines]
    assert address.startswith(f"{embedded.address}/api/v1/announced/")
    pulled = embedded.call("GET", address.partition("/api/v1")[2], token)
    assert pulled.status == 200
    assert pulled.content["id"] == receipt["referrals"][0]["id"]
    paul.send(f"{ENDPOINT}/retirer")


def test_a_controller_sees_only_its_own_part(hub: JourneyHub) -> None:
    import_catalogues(hub)
    chosen = [found_by(hub, words)["id"] for words in WORDS[:2]]
    filing = hub.token(VALMONT_SIREN, "file")
    receipt = file_request(hub, filing, chosen)
    referral = {one["organisation"]["siren"]: one["id"] for one in receipt["referrals"]}
    brume = hub.token(BRUME_SIREN, "answer")
    assert eventually(lambda: referral[BRUME_SIREN] in inbox(hub, brume))
    assert hub.call("GET", f"/referrals/{referral[VALMONT_SIREN]}", brume).status == 404
    body = {"outcome": "granted", "text": "À la place d’un autre."}
    forged = hub.call("POST", f"/referrals/{referral[VALMONT_SIREN]}/answer", brume, body)
    assert forged.status == 404
    assert hub.call("GET", f"/requests/{receipt['reference']}", brume).status == 403


@pytest.mark.skipif(not real_catalogues(), reason="RIGHTS_HUB_CATALOGUES names no folder")
def test_the_datasets_of_real_catalogues_can_be_written_to(hub: JourneyHub) -> None:
    said = "".join(import_catalogues(hub).values())
    added = [row for row in all_processings(hub) if f" · {row['title']}\n" in said]
    real = [row for row in added if row["controllers"][0]["siren"] != BRUME_SIREN]
    assert real, "no real dataset was imported"
    filing = hub.token(VALMONT_SIREN, "file")
    receipt = file_request(hub, filing, [row["id"] for row in real[:3]])
    assert receipt["referrals"]


def all_processings(hub: JourneyHub) -> list[dict[str, Any]]:
    """Every processing of the directory, page after page."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = hub.call("GET", f"/processings?limit=200{cursor}").content
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        cursor = f"&cursor={page['next_cursor']}"
