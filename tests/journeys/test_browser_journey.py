"""A person's request from her telephone to the answers, in a real browser, in both modes."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import persons
from tests.journeys.browsers import DESK, PHONE, sign_in, visitor
from tests.journeys.directories import (
    BRUME_SIREN,
    BRUME_TITLE,
    REGISTER_TITLE,
    VALMONT_TITLE,
    import_catalogues,
)
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import Asker, Kept, press_main
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

COHORT_TITLE = "Cohorte Horizons : la santé de 40 000 volontaires"
COHORT_WORDS = "Cohorte Horizons"
VALMONT_AGENT = "lucie.besson@chu-valmont.example"
REGISTER_AGENT = "anne.legoff@registre-cancers-deux-rives.example"
COHORT_AGENT = "salome.arnaud@institut-hervieu.example"
VALMONT_ADMINISTRATOR = "yasmine.haddad@chu-valmont.example"
VALMONT_DPO = "etienne.roussel@chu-valmont.example"
HUB_DPO = "irene.castaing@plateforme-donnees-sante.example"
A_LAPTOP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NUMBER = re.compile(r"R-\w{4}-\w{4}")


def file_from_a_telephone(
    browser: Browser,
    hub: JourneyHub,
    asker: Asker,
    *,
    by_provider: bool = False,
    **context: object,
) -> Kept:
    """From the list of databases to the confirmed receipt, at 375 px."""
    with visitor(browser, PHONE, **context) as page:
        persons.choose_by_own_link(page, hub, BRUME_TITLE)
        persons.choose_right(page)
        persons.choose_by_words(page, hub, VALMONT_TITLE, REGISTER_TITLE, COHORT_WORDS)
        # With FranceConnect in one mode, by hand in the other.
        (persons.be_known if by_provider else persons.say_who)(page, asker)
        persons.say_more(page, "Je souhaite une copie de toutes mes données.")
        for name in ("CHU de Brume", "CHU de Valmont", "Registre des cancers", "Hervieu"):
            expect(page.locator("main section", has_text=name).first).to_be_visible()
        kept = persons.send(page, hub)
        persons.confirm(page, persons.code_mailed(hub, page, asker))
        return kept


def open_case(page: Page, hub: JourneyHub, agent: str, name: str) -> None:
    """Sign in and open the case of this person, once it has arrived."""
    sign_in(page, hub, agent)

    def has_arrived() -> bool:
        page.goto(f"{hub.address}/dossiers")
        page.locator("input[name=mots]").fill(name)
        with page.expect_navigation():
            page.locator("form[role=search] button").click()
        return page.locator("main a.cell-link").count() == 1

    assert eventually(has_arrived, 30), "the case never reached the inbox"
    page.locator("main a.cell-link").click()


def follow(page: Page, ending: str) -> None:
    """Follow the link of an act of the case."""
    page.locator(f"main a[href$='/{ending}']").first.click()


def grant(page: Page, paper: Path) -> None:
    """Grant, with the file; one that was refused holds the answer back until it is removed."""
    follow(page, "repondre")
    page.locator("input[value=granted]").check()
    page.locator("textarea[name$=text]").last.fill("Voici la copie de vos données.")
    press_main(page, "")
    harmed = {"name": "abime.pdf", "mimeType": "application/pdf", "buffer": b"rien de bon"}
    # Once the page's script is there: before, the form itself would carry the file.
    expect(page.locator("[data-with-script]").first).to_be_visible()
    page.locator("input[type=file]").set_input_files(harmed)
    page.locator("button[name=step][value=send]").click()
    expect(page.locator("[data-parts-blocked]")).to_be_visible()
    page.get_by_role("button", name="abime.pdf").click()
    expect(page.locator("[data-parts-blocked]")).to_be_hidden()
    page.locator("input[type=file]").set_input_files(paper)
    page.locator("button[name=step][value=send]").click()


def refuse(page: Page) -> None:
    """Refuse with a ground of the list, reasons and evidence; nobody else there could read it."""
    follow(page, "repondre")
    page.locator("input[value=refused]").check()
    details = page.locator("details", has=page.locator("select[name$=ground]")).first
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    page.locator("select[name$=ground]").select_option("ALL-UNIDENTIFIED")
    page.locator("textarea[name$=reasons]").fill("Le registre ne garde aucun nom.")
    page.locator("textarea[name$=evidence]").fill("Recherche par année et commune.")
    page.locator("textarea[name$=text]").last.fill("Nous ne pouvons pas vous retrouver.")
    page.locator("textarea[name$=alone_reason]").fill("Le registre n’a qu’un membre.")
    press_main(page, "")
    page.locator("button[name=step][value=send]").click()


def say_not_us(page: Page) -> None:
    """Say that another is in charge."""
    follow(page, "pas-nous")
    page.locator("textarea[name=words]").fill("Vous n’avez jamais participé à notre cohorte.")
    page.locator("button[name=step][value=check]").click()
    page.locator("button[name=step][value=send]").click()


def decline_by_program(hub: JourneyHub) -> None:
    """The imported controller has no member yet: its program says "not us"."""
    token = hub.token(BRUME_SIREN, "answer")
    for row in hub.call("GET", "/referrals?state=delivered", token).content["items"]:
        body = {"text": "Vous n’avez jamais été soignée ici."}
        assert hub.call("POST", f"/referrals/{row['id']}/decline", token, body).status == 200


def test_a_request_goes_from_a_telephone_to_four_controllers_and_comes_back(
    browser: Browser, hub: JourneyHub, tmp_path: Path
) -> None:
    import_catalogues(hub)
    mark = secrets.token_hex(3)
    asker = Asker(f"Quemener {mark}", f"quemener.{mark}@personne.example")
    kept = file_from_a_telephone(browser, hub, asker, by_provider=hub.mode == "embedded")
    if hub.mode == "embedded":
        with visitor(browser, PHONE) as page:
            kept = persons.take_code_by_provider(page, hub, kept, asker)
    paper = tmp_path / "copie.pdf"
    paper.write_bytes(kept.paper)

    acts = {
        VALMONT_AGENT: lambda page: grant(page, paper),
        REGISTER_AGENT: refuse,
        COHORT_AGENT: say_not_us,
    }
    for agent, act in acts.items():
        with visitor(browser, DESK) as page:
            open_case(page, hub, agent, asker.family_name)
            act(page)
            # An answer with files leaves by itself once each is checked and sealed.
            expect(page).to_have_url(re.compile(r"/dossiers/[0-9a-f-]{36}$"), timeout=20_000)
            expect(page.locator("main, .flashes").first).to_be_visible()
    decline_by_program(hub)

    numbers = she_reads(browser, hub, kept, asker, tmp_path)
    the_dpos_see(browser, hub, numbers)


def she_reads(
    browser: Browser, hub: JourneyHub, kept: Kept, asker: Asker, folder: Path
) -> dict[str, str]:
    """She comes back with her two codes and reads; gives each controller's number."""
    with visitor(browser, PHONE) as page:
        persons.come_back(page, hub, kept)
        cards = page.locator("article.card")
        expect(cards).to_have_count(4)
        numbers = {
            card.locator("h3").inner_text(): NUMBER.findall(card.text_content() or "")[0]
            for card in cards.all()
        }
        persons.open_answer(page, hub, "CHU de Valmont", asker)
        expect(page.locator("main")).to_contain_text("Voici la copie de vos données.")
        assert persons.save_file(page, folder) == kept.paper
        persons.open_answer(page, hub, "Registre des cancers")
        expect(page.locator("main")).to_contain_text("Le registre ne garde aucun nom.")
        page.goto(f"{hub.address}/suivre/ma-demande")
        cohort = page.locator("article.card", has_text="Hervieu")
        expect(cohort).to_contain_text("jamais participé à notre cohorte")
    return numbers


def the_dpos_see(browser: Browser, hub: JourneyHub, numbers: dict[str, str]) -> None:
    """The hub's DPO sees every part; a controller's DPO sees hers alone, with its trail."""
    with visitor(browser, DESK) as page:
        sign_in(page, hub, HUB_DPO)
        page.goto(f"{hub.address}/dpo")
        exported = page.context.request.get(f"{hub.address}/dpo/dossiers.csv?vue=all").text()
        assert [number for number in numbers.values() if number not in exported] == []
    mine = numbers["CHU de Valmont"]
    with visitor(browser, DESK) as page:
        sign_in(page, hub, VALMONT_DPO)
        exported = page.context.request.get(f"{hub.address}/dpo/dossiers.csv?vue=all").text()
        assert [number for number in numbers.values() if number in exported] == [mine]
        page.goto(f"{hub.address}/dpo/dossiers?vue=all")
        page.get_by_role("link", name=mine).click()
        expect(page.locator("h1")).to_contain_text(mine)


def test_without_javascript_a_person_files_confirms_follows_and_withdraws(
    browser: Browser, embedded: JourneyHub
) -> None:
    import_catalogues(embedded)
    mark = secrets.token_hex(3)
    asker = Asker(f"Sansscript {mark}", f"sansscript.{mark}@personne.example")
    kept = file_from_a_telephone(browser, embedded, asker, java_script_enabled=False)
    with visitor(browser, PHONE, java_script_enabled=False) as page:
        kept = persons.take_code_by_mailbox(page, embedded, kept, asker)
        persons.come_back(page, embedded, kept)
        expect(page.locator("article.card")).to_have_count(4)
        page.locator("a[href$='/suivre/retirer']").click()
        page.locator("main form button").first.click()
        page.goto(f"{embedded.address}/suivre/ma-demande")
        expect(page.locator("a[href$='/suivre/retirer']")).to_have_count(0)


def test_a_member_signs_in_with_the_passkey_of_her_device(
    browser: Browser, scaled: JourneyHub
) -> None:
    with visitor(browser, DESK) as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": A_LAPTOP})
        sign_in(page, scaled, VALMONT_ADMINISTRATOR)
        page.goto(f"{scaled.address}/compte/cles-acces")
        page.locator("input[name=name]").fill("Portable")
        with page.expect_navigation():
            page.locator("[data-passkey] button").click()
        expect(page.locator("main")).to_contain_text("La clé d’accès est ajoutée")
        page.locator(".member form button").click()
        page.goto(f"{scaled.address}/connexion?next=/equipe")
        with page.expect_navigation():
            page.locator("[data-passkey] button").click()
        page.wait_for_url(f"{scaled.address}/equipe")
        page.goto(f"{scaled.address}/compte/cles-acces")
        with page.expect_navigation():
            page.locator("main .session-list form button").click()
        expect(page.locator("main")).to_contain_text("Aucune clé d’accès")
