"""Answers by ways of their own: an e-mail over SMTP, a link without account, a letter's code."""

from __future__ import annotations

import re
import smtplib
import sqlite3
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from config import Settings
from hub.bootstrap import keyring_of
from hub.queries.caught_mail import caught_mails
from hub.services.answer_links import letter_code
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
HUB_AGENT = "basile.morvan@plateforme-donnees-sante.example"
CLINIC_MAILBOX = "dpo@clinique-tilleuls.example"
BY_LINK, BY_LETTER = "Voici la copie, par le lien.", "Voici la copie, par la lettre."
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


def in_mail_to(hub: JourneyHub, mailbox: str, wanted: str) -> str:
    """What the newest mail to a mailbox holds, once it has come."""

    def found() -> str:
        texts = (mail.text for mail in hub.mails_to(mailbox))
        matches = (re.search(wanted, text, re.MULTILINE) for text in texts)
        return next((match[1] for match in matches if match), "")

    assert eventually(lambda: bool(found())), f"no mail to {mailbox} holds {wanted}"
    return found()


def grant(page: Page, words: str) -> None:
    """Answer the one case of a visit."""
    page.locator("a[href='/reponse/repondre']").click()
    page.locator("input[value=granted]").check()
    page.locator("textarea[name=text]").fill(words)
    press_main(page)
    page.locator("button[name=step][value=send]").click()
    page.wait_for_url("**/reponse")


def forget_mailboxes(hub: JourneyHub) -> None:
    """From now on the directory knows the clinic by its postal address alone."""
    with closing(sqlite3.connect(hub.home / "hub.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE contact_point SET channel = 'post', address = ? WHERE address = ?",
            ("45 boulevard du Parc\n69990 Belrive", CLINIC_MAILBOX),
        )


def code_on_letter(hub: JourneyHub, referral: str) -> str:
    """The code that the letter of a case bears, from the hub's own keys."""
    with closing(sqlite3.connect(hub.home / "hub.sqlite3")) as database:
        link_id, round_number = database.execute(
            "SELECT id, round_number FROM answer_link WHERE referral_id = ?",
            (referral.replace("-", ""),),
        ).fetchone()
    keys = keyring_of(Settings.from_environment(hub.environ))
    return letter_code(keys, UUID(link_id), round_number)


def test_a_controller_without_account_answers_by_its_link_then_by_the_code_of_a_letter(
    browser: Browser, embedded: JourneyHub
) -> None:
    base = find_processing(embedded, "Dossier patient de la Clinique des Tilleuls")
    filed = file_request(embedded, "access", base)
    link = in_mail_to(embedded, CLINIC_MAILBOX, r"(/lien/[0-9a-f]{64})")
    with visitor(browser, PHONE) as contact:
        contact.goto(f"{embedded.address}{link}")
        press_main(contact)
        contact.locator("input[name=code]").fill(
            in_mail_to(embedded, CLINIC_MAILBOX, r"^(\d{6})\s*$")
        )
        contact.locator("input[name=name]").fill("Camille Le Bris")
        contact.locator("form:has(input[name=code]) button[type=submit]").click()
        grant(contact, BY_LINK)
    with visitor(browser, PHONE) as person:
        persons.come_back(person, embedded, Kept(filed["reference"], filed["secret"], b""))
        persons.open_answer(person, embedded, "Clinique des Tilleuls")
        expect(person.locator("main")).to_contain_text(BY_LINK)
    forget_mailboxes(embedded)
    filed = file_request(embedded, "access", base)
    with visitor(browser, DESK) as agent:
        sign_in(agent, embedded, HUB_AGENT)
        letters = f"{embedded.address}/a-faire/lettres"
        assert eventually(lambda: is_waiting(agent, letters)), "no letter was written"
        press_main(agent)
        number = agent.locator("table tbody th").first.inner_text()
        with agent.expect_download() as waiting:
            agent.locator("a[href$='lettres.pdf']").click()
        assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")
        agent.locator("form:has([name=posted_on]) button[type=submit]").click()
        agent.wait_for_load_state()
    with visitor(browser, DESK) as contact:
        contact.goto(f"{embedded.address}/repondre")
        contact.locator("input[name=number]").fill(number)
        contact.locator("input[name=code]").fill(
            code_on_letter(embedded, filed["referrals"][0]["id"])
        )
        contact.locator("input[name=name]").fill("Camille Le Bris")
        press_main(contact)
        grant(contact, BY_LETTER)
        expect(contact.locator("main")).to_contain_text(BY_LETTER)


def is_waiting(page: Page, letters: str) -> bool:
    """Whether a letter waits to be printed."""
    page.goto(letters)
    return page.locator("form[action$='/imprimer']").count() > 0
