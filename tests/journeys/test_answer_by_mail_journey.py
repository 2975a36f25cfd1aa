"""A controller answers the notice by e-mail, over SMTP; a member confirms; the person reads it."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.queries.caught_mail import caught_mails
from hub.state_folder import remembered_intake_port
from tests.journeys import persons
from tests.journeys.browsers import DESK, PHONE, sign_in, visitor
from tests.journeys.cases import file_request, find_processing, is_delivered
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import Kept, press_main
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AGENT = "lucie.besson@chu-valmont.example"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
WORDS = "Voici la copie de vos données, en pièce jointe."


def address_for(hub: JourneyHub, number: str) -> str:
    """The address that the newest notice gives for a case, once it has come."""

    def named() -> str:
        for mail in caught_mails(hub.spool):
            found = re.search(rf"{number}\s+(r\.\S+@\S+)", mail.text)
            if found:
                return found[1]
        return ""

    assert eventually(lambda: bool(named())), "no notice gave an address"
    return named()


def answer_by_mail(hub: JourneyHub, address: str, words: str) -> None:
    """Write from the agent's own mailbox, with a file, by a real SMTP exchange."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = AGENT, address, "Re : à lire"
    mail.set_content(f"{words}\n\nLe 14 septembre 2026, le hub a écrit :\n> Une demande attend.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="copie.pdf")
    with smtplib.SMTP("127.0.0.1", remembered_intake_port(hub.home), timeout=20) as server:
        server.send_message(mail)


def test_a_controller_answers_by_e_mail_and_the_person_reads_what_a_member_confirmed(
    browser: Browser, embedded: JourneyHub, tmp_path: Path
) -> None:
    filed = file_request(embedded, "access", find_processing(embedded, VALMONT_TITLE))
    key, token = filed["referrals"][0]["id"], embedded.token(VALMONT_SIREN, "answer")
    assert eventually(lambda: is_delivered(embedded, key, token)), "never delivered"
    case = f"{embedded.address}/dossiers/{key}"
    with visitor(browser, DESK) as member:
        sign_in(member, embedded, AGENT)
        member.goto(case)
        number = member.locator(".case-number").inner_text()
        answer_by_mail(embedded, address_for(embedded, number), WORDS)
        member.goto(case)
        member.locator("a[href^='/courriels/']").click()
        expect(member.locator("main")).to_contain_text(WORDS)
        expect(member.locator("main")).not_to_contain_text("Une demande attend.")
        member.locator("a[href*='courriel=']").click()
        member.locator("input[value=granted]").check()
        press_main(member)
        expect(member.get_by_label("copie.pdf")).to_be_checked()
        member.locator("button[name=step][value=send]").click()
        member.wait_for_url(case)
    with visitor(browser, PHONE) as person:
        persons.come_back(person, embedded, Kept(filed["reference"], filed["secret"], b""))
        persons.open_answer(person, embedded, "CHU de Valmont")
        expect(person.locator("main")).to_contain_text(WORDS)
        assert persons.save_file(person, tmp_path) == PDF
