"""From a request to its answer by keyboard alone, and without JavaScript: what the hub declares."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.demo.accounts import PASSWORD, code_at, secret_of
from tests.journeys import persons
from tests.journeys.browsers import DESK, PHONE, visitor
from tests.journeys.directories import REGISTER_TITLE
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import Asker, Kept
from tests.journeys.test_browser_journey import open_case
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

REGISTER_AGENT = "anne.legoff@registre-cancers-deux-rives.example"
ANSWER = "Voici ce que le registre garde sur vous."
MOST_STOPS = 150
IS_THERE = """selector => {
  const one = document.activeElement;
  return one.matches(selector) ? "there" : one === document.body ? "nowhere" : "elsewhere";
}"""
IS_SEEN = """() => {
  const shown = one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const one = document.activeElement, box = one.getBoundingClientRect();
  const around = one.closest("label");
  const onScreen = box.bottom > 0 && box.top < innerHeight;
  return (shown(one) || (around !== null && shown(around))) && onScreen;
}"""


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; the focus is seen at that stop."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(IS_THERE, selector) == "there":
            assert page.evaluate(IS_SEEN), f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"Tab never comes to {selector}")


def follow(page: Page, selector: str) -> None:
    """Reach a link or a button and press Enter; the next page is there."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, words: str) -> None:
    """Reach a field and type."""
    reach(page, selector)
    page.keyboard.type(words)


def tick(page: Page, selector: str) -> None:
    """Reach a box or a round button and press the space bar."""
    reach(page, selector)
    page.keyboard.press("Space")


def file_by_keyboard(page: Page, hub: JourneyHub, asker: Asker) -> Kept:
    """From the home page to the receipt."""
    page.goto(hub.address)
    follow(page, "main a[href='/demander']")
    tick(page, "input[name=right]")
    follow(page, "main form button:last-of-type")
    follow(page, "main a[href='/demander/bases']")
    write(page, "input[name=words]", REGISTER_TITLE)
    follow(page, "button[value=search]")
    tick(page, "input[name=base]")
    follow(page, "button[value=continue]")
    for name in ("given_names", "family_name", "birth_date", "birth_name"):
        write(page, f"[name={name}]", getattr(asker, name))
    tick(page, "input[name=sex]")
    for name in ("birthplace", "email"):
        write(page, f"[name={name}]", getattr(asker, name))
    follow(page, "main form button[type=submit], main form button:not([type])")
    page.wait_for_url("**/demander/precisions")
    follow(page, "main form button[type=submit], main form button:not([type])")
    page.wait_for_url("**/demander/verifier")
    follow(page, "main form button[type=submit], main form button:not([type])")
    page.wait_for_url("**/demander/recu")
    return Kept(page.locator("#reference").inner_text(), page.locator("#secret").inner_text(), b"")


def answer_by_keyboard(page: Page, hub: JourneyHub, name: str) -> None:
    """Sign in, find the case, grant it and send."""
    page.goto(f"{hub.address}/connexion")
    write(page, "[name=email]", REGISTER_AGENT)
    write(page, "[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/connexion/code"))
    write(page, "[name=code]", code_at(secret_of(REGISTER_AGENT), datetime.now(UTC)))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/connexion" not in address)

    def has_arrived() -> bool:
        page.goto(f"{hub.address}/dossiers")
        write(page, "input[name=mots]", name)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dossiers/recherche")
        return page.locator("main a.cell-link").count() == 1

    assert eventually(has_arrived, 30), "the case never reached the inbox"
    follow(page, "main a.cell-link")
    follow(page, "main a[href$='/repondre']")
    tick(page, "input[value=granted]")
    write(page, "textarea[name$=text]", ANSWER)
    follow(page, "main form button")
    follow(page, "button[name=step][value=send]")
    page.wait_for_url(re.compile(r"/dossiers/[0-9a-f-]{36}$"))


def test_by_keyboard_alone_a_request_is_filed_confirmed_answered_and_read(
    browser: Browser, embedded: JourneyHub
) -> None:
    mark = secrets.token_hex(3)
    asker = Asker(f"Clavier {mark}", f"clavier.{mark}@personne.example")
    with visitor(browser, DESK) as page:
        kept = file_by_keyboard(page, embedded, asker)
        code = persons.code_mailed(embedded, page, asker)
        write(page, "main input[name=code]", code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/suivre/ma-demande")
    with visitor(browser, DESK) as page:
        answer_by_keyboard(page, embedded, asker.family_name)
    with visitor(browser, DESK) as page:
        page.goto(f"{embedded.address}/suivre")
        write(page, "[name=reference]", kept.reference)
        write(page, "[name=secret]", kept.secret)
        page.keyboard.press("Enter")
        page.wait_for_url("**/suivre/ma-demande")
        follow(page, "form[action*='/suivre/reponse'] button")
        follow(page, "form[action$='/franceconnect-plus'] button")
        persons.identify(page, asker)
        page.wait_for_url("**/suivre/identite/*")
        follow(page, "form[action*='/suivre/reponse'] button")
        expect(page.locator("main")).to_contain_text(ANSWER)


def test_without_javascript_an_answer_is_written_and_read(
    browser: Browser, embedded: JourneyHub
) -> None:
    mark = secrets.token_hex(3)
    asker = Asker(f"Sansscript {mark}", f"sansscript.reponse.{mark}@personne.example")
    with visitor(browser, PHONE, java_script_enabled=False) as page:
        persons.choose_by_own_link(page, embedded, REGISTER_TITLE)
        persons.choose_right(page)
        persons.say_who(page, asker)
        persons.say_more(page, "Merci.")
        kept = persons.send(page, embedded)
        persons.confirm(page, persons.code_mailed(embedded, page, asker))
    with visitor(browser, PHONE, java_script_enabled=False) as page:
        open_case(page, embedded, REGISTER_AGENT, asker.family_name)
        page.locator("main a[href$='/repondre']").first.click()
        page.locator("input[value=granted]").check()
        page.locator("textarea[name$=text]").last.fill(ANSWER)
        persons.press_main(page)
        page.locator("button[name=step][value=send]").click()
        assert re.search(r"/dossiers/[0-9a-f-]{36}$", page.url), page.url
    with visitor(browser, PHONE, java_script_enabled=False) as page:
        persons.come_back(page, embedded, kept)
        persons.open_answer(page, embedded, REGISTER_TITLE, asker)
        expect(page.locator("main")).to_contain_text(ANSWER)
