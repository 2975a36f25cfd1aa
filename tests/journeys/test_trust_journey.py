"""Who one is, in a real browser: codes of a telephone and of a list, asked again, "not me"."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.demo.accounts import PASSWORD
from tests.journeys.browsers import DESK, PHONE, sign_in, visitor
from tests.journeys.cases import file_request, find_processing, is_delivered, path_in
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import press_main
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MEMBER = "marc.delorme@chu-valmont.example"


def test_a_code_of_the_list_opens_a_session_and_a_document_asks_again_who_she_is(
    browser: Browser, embedded: JourneyHub
) -> None:
    filed = file_request(embedded, "access", find_processing(embedded, VALMONT_TITLE))
    referral = filed["referrals"][0]["id"]
    token = embedded.token(VALMONT_SIREN, "answer")
    assert eventually(lambda: is_delivered(embedded, referral, token)), "never delivered"
    said = {"outcome": "no_data_held", "text": "Nous ne gardons rien."}
    assert embedded.call("POST", f"/referrals/{referral}/answer", token, said).status == 200
    with visitor(browser, DESK) as page:
        sign_in(page, embedded, MEMBER)
        page.goto(f"{embedded.address}/compte/codes-de-secours")
        page.locator("main button[name=generate_new_codes]").click()
        codes = page.locator(".recovery-codes code").all_inner_texts()
        page.goto(f"{embedded.address}/compte")
        page.locator(".member form button").click()
        page.goto(f"{embedded.address}/connexion?next=/dossiers/{referral}")
        _give_password(page)
        page.locator("main details summary").click()
        page.locator("a[href*='/connexion/code-de-secours']").click()
        page.locator("main [name=code]").fill(codes[0])
        press_main(page)
        page.wait_for_url(f"**/dossiers/{referral}")
        embedded.let_time_pass(
            "UPDATE member_session SET confirmation_ends_at = '2026-01-01 00:00:00.000000' "
            "WHERE member_id = (SELECT id FROM member WHERE email = ?)",
            MEMBER,
        )
        letter = page.locator("main a[href*='/lettre/']").first
        letter.click()
        page.wait_for_url("**/connexion/confirmation?**")
        page.locator("main [name$=password]").fill(PASSWORD)
        page.locator("main [name$=code]").fill(codes[1])
        press_main(page)
        page.wait_for_url(f"**/dossiers/{referral}")
        with page.expect_download() as waiting:
            letter.click()
        assert waiting.value.suggested_filename.endswith(".pdf")


def test_who_did_not_file_stops_everything_by_the_link_of_her_own_mailbox(
    browser: Browser, embedded: JourneyHub
) -> None:
    mailbox = f"{secrets.token_hex(4)}@personne.example"
    processing = find_processing(embedded, VALMONT_TITLE)
    filed = file_request(embedded, "objection", processing, email=mailbox)
    assert eventually(lambda: embedded.mails_to(mailbox)), "she was never told"
    with visitor(browser, PHONE) as page:
        page.goto(embedded.address + path_in(embedded, mailbox, "/en-mon-nom/"))
        expect(page.locator("#reference")).to_have_text(filed["reference"])
        page.locator("main form[action$='/pas-moi'] button").click()
        expect(page.locator("main")).to_contain_text("Tout est arrêté.")
        page.goto(f"{embedded.address}/suivre")
        page.locator("[name=reference]").fill(filed["reference"])
        page.locator("[name=secret]").fill(filed["secret"])
        page.locator("main form:has([name=secret]) button").click()
        expect(page.locator("main")).to_contain_text("sans son accord")


def _give_password(page: Page) -> None:
    page.get_by_label("Adresse").fill(MEMBER)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form:has([name=password]) button[type=submit]").click()
