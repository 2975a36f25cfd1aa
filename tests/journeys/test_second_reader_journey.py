"""Two members of a controller in two browsers: one writes, another approves or sends back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import persons
from tests.journeys.browsers import DESK, PHONE, sign_in, visitor
from tests.journeys.cases import file_request, find_processing, is_delivered
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import Kept, press_main
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AUTHOR = "lucie.besson@chu-valmont.example"
READER = "marc.delorme@chu-valmont.example"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
WORDS = "Citez la pièce : la personne doit pouvoir la demander."
FIRST_REASONS = "La demande vise un autre hôpital."
BETTER_REASONS = "La demande vise un autre hôpital : voyez la pièce 3, jointe."


@dataclass(frozen=True)
class Opened:
    """A case of the controller, and what its person keeps."""

    url: str
    kept: Kept


@pytest.fixture
def opened(embedded: JourneyHub) -> Opened:
    """A case of access, delivered."""
    filed = file_request(embedded, "access", find_processing(embedded, VALMONT_TITLE))
    key = filed["referrals"][0]["id"]
    token = embedded.token(VALMONT_SIREN, "answer")
    assert eventually(lambda: is_delivered(embedded, key, token)), "never delivered"
    kept = Kept(filed["reference"], filed["secret"], b"")
    return Opened(f"{embedded.address}/dossiers/{key}", kept)


def refuse(page: Page, opened: Opened, paper: Path) -> None:
    """Refuse with a ground, reasons, evidence and a file, and hand it over."""
    page.goto(f"{opened.url}/repondre")
    page.locator("input[value=refused]").check()
    page.locator("details", has=page.locator("select[name$=ground]")).first.locator(
        "summary"
    ).first.click()
    page.locator("select[name$=ground]").select_option("ALL-UNFOUNDED")
    page.locator("textarea[name$=reasons]").fill(FIRST_REASONS)
    page.locator("textarea[name$=evidence]").fill("Courrier du 3 mars.")
    page.locator("textarea[name$=text]").last.fill("Nous ne pouvons pas donner suite.")
    press_main(page)
    page.locator("input[type=file]").set_input_files(paper)
    page.locator("button[name=step][value=send]").click()
    expect(page.locator("main")).to_contain_text("Marc Delorme")


def approve(page: Page, opened: Opened) -> None:
    """Read what would leave, and approve it."""
    page.goto(f"{opened.url}/relire")
    page.locator("button[name=step][value=approve]").click()
    page.wait_for_url(opened.url)
    expect(page.locator("main")).to_contain_text("Validée par Marc Delorme")


def paper_in(folder: Path) -> Path:
    """The file that goes with the answer."""
    path = folder / "piece-3.pdf"
    path.write_bytes(PDF)
    return path


def test_one_member_refuses_another_approves_and_the_person_reads_it(
    browser: Browser, embedded: JourneyHub, opened: Opened, tmp_path: Path
) -> None:
    with visitor(browser, DESK) as author:
        sign_in(author, embedded, AUTHOR)
        refuse(author, opened, paper_in(tmp_path))
        expect(author.locator("a[href$='/relire']")).to_have_count(0)
        with visitor(browser, PHONE) as person:
            persons.come_back(person, embedded, opened.kept)
            expect(person.locator("main")).not_to_contain_text("Lire la réponse")
        with visitor(browser, DESK) as reader:
            sign_in(reader, embedded, READER)
            approve(reader, opened)
    with visitor(browser, PHONE) as person:
        persons.come_back(person, embedded, opened.kept)
        persons.open_answer(person, embedded, "CHU de Valmont")
        expect(person.locator("main")).to_contain_text(FIRST_REASONS)
        assert persons.save_file(person, tmp_path) == PDF


def test_one_sends_back_with_words_and_the_author_corrects_without_adding_her_file_again(
    browser: Browser, embedded: JourneyHub, opened: Opened, tmp_path: Path
) -> None:
    with visitor(browser, DESK) as author, visitor(browser, DESK) as reader:
        sign_in(author, embedded, AUTHOR)
        refuse(author, opened, paper_in(tmp_path))
        sign_in(reader, embedded, READER)
        reader.goto(f"{opened.url}/relire")
        reader.locator("textarea[name=words]").fill(WORDS)
        reader.locator("button[name=step][value=send_back]").click()
        reader.wait_for_url(opened.url)
        author.goto(f"{opened.url}/repondre")
        expect(author.locator("main")).to_contain_text(WORDS)
        author.locator("textarea[name$=reasons]").fill(BETTER_REASONS)
        press_main(author)
        expect(author.get_by_label("piece-3.pdf")).to_be_checked()
        author.locator("button[name=step][value=send]").click()
        author.wait_for_url(opened.url)
        approve(reader, opened)
    with visitor(browser, PHONE) as person:
        persons.come_back(person, embedded, opened.kept)
        persons.open_answer(person, embedded, "CHU de Valmont")
        expect(person.locator("main")).to_contain_text(BETTER_REASONS)
        assert persons.save_file(person, tmp_path) == PDF


def test_of_two_members_who_answer_at_once_the_second_is_told_who_was_first(
    browser: Browser, embedded: JourneyHub, opened: Opened, tmp_path: Path
) -> None:
    with visitor(browser, DESK) as first, visitor(browser, DESK) as second:
        for page, email in ((first, AUTHOR), (second, READER)):
            sign_in(page, embedded, email)
            page.goto(f"{opened.url}/repondre")
            page.locator("input[value=no_data_held]").check()
            page.locator("textarea[name$=text]").last.fill(f"Rien sur vous, dit {email}.")
            press_main(page)
        first.locator("button[name=step][value=send]").click()
        first.wait_for_url(opened.url)
        with second.expect_navigation():
            second.locator("button[name=step][value=send]").click()
        expect(second.locator("main")).to_contain_text("Lucie Besson")
        expect(second.locator("main")).to_contain_text(f"Rien sur vous, dit {READER}.")
