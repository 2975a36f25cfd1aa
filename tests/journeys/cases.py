"""Cases in every state that a page can show, made through the API and the portal."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page

from tests.journeys.directories import REGISTER_SIREN, REGISTER_TITLE, VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.running import eventually

COLLEAGUE = "archives@chu-valmont.example"
PERSON = {
    "given_names": "Yann",
    "family_name": "Le Bihan",
    "birth_date": "1958-11-30",
    "email": "yann.lebihan@personne.example",
    "identifiers": {"birth_name": "Le Bihan"},
}


@dataclass(frozen=True)
class Cases:
    """The codes of a person with an answer and a question, and a case in each state."""

    reference: str
    secret: str
    answered: str
    asked: str
    opened: str
    to_apply: str
    processing: str


def make_cases(hub: JourneyHub) -> Cases:
    """File three requests; have one part answered, one asked about, one to apply, one open."""
    valmont, register = (find_processing(hub, title) for title in (VALMONT_TITLE, REGISTER_TITLE))
    whole = file_request(hub, "access", valmont, register)
    ids = {one["organisation"]["siren"]: one["id"] for one in whole["referrals"]}
    opened = file_request(hub, "objection", valmont)["referrals"][0]["id"]
    to_apply = file_request(hub, "objection", valmont)["referrals"][0]["id"]
    tokens = {siren: hub.token(siren, "answer") for siren in (VALMONT_SIREN, REGISTER_SIREN)}
    for one, siren in (
        (ids[VALMONT_SIREN], VALMONT_SIREN),
        (ids[REGISTER_SIREN], REGISTER_SIREN),
        (opened, VALMONT_SIREN),
        (to_apply, VALMONT_SIREN),
    ):
        assert eventually(lambda: is_delivered(hub, one, tokens[siren])), "never delivered"  # noqa: B023
    answer = {"outcome": "granted", "text": "Voici ce que vous avez demandé."}
    _act(hub, tokens[VALMONT_SIREN], ids[VALMONT_SIREN], "answer", answer)
    _act(hub, tokens[VALMONT_SIREN], to_apply, "answer", answer)
    question = {"doubt": "Deux personnes portent ce nom.", "text": "Où êtes-vous né ?"}
    _act(hub, tokens[REGISTER_SIREN], ids[REGISTER_SIREN], "pause", question)
    return Cases(
        whole["reference"],
        whole["secret"],
        ids[VALMONT_SIREN],
        ids[REGISTER_SIREN],
        opened,
        to_apply,
        valmont,
    )


def task_link(page: Page, hub: JourneyHub, referral: str) -> str:
    """Ask a colleague without account, and give the path that is mailed to her."""
    page.goto(f"{hub.address}/dossiers/{referral}/collegue")
    page.locator("main [name=name]").fill("Service des archives")
    page.locator("main [name=email]").fill(COLLEAGUE)
    page.locator("main textarea[name=text]").fill("Avez-vous ce dossier ?")
    by = date.today() + timedelta(days=7)  # noqa: DTZ011 (as a person would)
    page.locator("main [name=reply_by_on]").fill(by.isoformat())
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**/dossiers/{referral}")
    assert eventually(lambda: hub.mails_to(COLLEAGUE)), "no mail to the colleague"
    return path_in(hub, COLLEAGUE, "/tache/")


def path_in(hub: JourneyHub, address: str, start: str) -> str:
    """The path of a link in the last mail to an address."""
    found = re.search(rf"{re.escape(start)}[\w/-]+", hub.mails_to(address)[0].text)
    assert found, hub.mails_to(address)[0].text
    return found[0]


def find_processing(hub: JourneyHub, title: str) -> str:
    """The id of a processing of the catalogue."""
    return str(hub.call("GET", f"/processings?q={quote(title)}").content["items"][0]["id"])


def file_request(hub: JourneyHub, right: str, *processings: str, **person: str) -> dict[str, Any]:
    """File by the API, and give what it answered; `person`: what differs from PERSON."""
    who = PERSON | person
    body = {"right": right, "processings": processings, "person": who, "statement": "Merci."}
    token = hub.token(VALMONT_SIREN, "file")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    filed = hub.call("POST", "/requests", token, body, **key)
    assert filed.status == 201, filed.content
    return dict(filed.content)


def is_delivered(hub: JourneyHub, referral: str, token: str) -> bool:
    """Whether a referral has reached its controller."""
    return hub.call("GET", f"/referrals/{referral}", token).status == 200


def _act(hub: JourneyHub, token: str, referral: str, name: str, body: dict[str, str]) -> None:
    done = hub.call("POST", f"/referrals/{referral}/{name}", token, body)
    assert done.status == 200, done.content
