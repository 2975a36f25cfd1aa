"""What a person does on the public pages, by the names of fields so that words may change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.hubs import JourneyHub
from tests.running import eventually

CODE = re.compile(r"^\s*(\d{3}) (\d{3})\s*$", re.M)
"""On a line of its own: an address or a link has six digits in a row one time in seventeen."""
NEW_CODE = re.compile(r"/nouveau-code/[\w/-]+")


@dataclass(frozen=True)
class Asker:
    """Who files; every field that some holder may ask."""

    family_name: str
    email: str
    given_names: str = "Angèle Marie"
    birth_date: str = "08/03/1965"
    birth_name: str = "Martin"
    birthplace: str = "Brest, France"
    inclusion_number: str = "HZ-20417"


FILER = Asker("Le Bihan", "yann.lebihan@personne.example", "Yann", "30/11/1958")
"""The person of the requests filed by the API (cases.PERSON)."""


@dataclass(frozen=True)
class Kept:
    """What she keeps of her receipt."""

    reference: str
    secret: str
    paper: bytes


def press_main(page: Page, name: str = "") -> None:
    """Press the main button of the page, or the one that sends `name`."""
    chosen = f"main button[type=submit]{name}, main button:not([type]){name}"
    page.locator(chosen).last.click()


def choose_by_own_link(page: Page, hub: JourneyHub, title: str) -> None:
    """Find one database in "Who uses my data?" and follow its own link to file."""
    page.goto(f"{hub.address}/qui-utilise-mes-donnees")
    page.locator("main input[name=q]").fill(title)
    page.locator("main form button").first.click()
    page.get_by_role("link", name=title).first.click()
    page.locator("main a[href*='/demander?base=']").first.click()


def choose_right(page: Page, right: str = "access") -> None:
    """Say what she wants."""
    page.locator(f"input[name=right][value={right}]").check()
    press_main(page)


def choose_by_words(page: Page, hub: JourneyHub, *titles: str) -> None:
    """Search each database by plain words, tick it, and go on."""
    page.goto(f"{hub.address}/demander/bases")
    for title in titles:
        page.locator("input[name=words]").fill(title)
        page.locator("button[name=act][value=search]").click()
        page.get_by_label(title).check()
    page.locator("button[name=act][value=continue]").click()


def say_who(page: Page, asker: Asker) -> None:
    """Fill in the identity fields that the holders need."""
    page.wait_for_url("**/demander/identite")
    for name in ("given_names", "family_name", "birth_date", "email"):
        page.locator(f"[name={name}]").fill(getattr(asker, name))
    for name in ("birth_name", "birthplace", "inclusion_number"):
        if page.locator(f"[name={name}]").count():
            page.locator(f"[name={name}]").fill(getattr(asker, name))
    if page.locator("[name=sex]").count():
        page.locator("[name=sex][value=female]").check()
    press_main(page)


def identify(page: Page, asker: Asker) -> None:
    """At the provider of the demonstration, be somebody made up who has her names."""
    page.wait_for_url("**/demonstration/fournisseur/**")
    page.locator("input[name=person][value=other]").check()
    page.locator("main details summary").click()
    for name in ("given_names", "family_name", "birth_date"):
        page.locator(f"[name={name}]").fill(getattr(asker, name))
    page.locator("main form button").first.click()


def be_known(page: Page, asker: Asker) -> None:
    """File with FranceConnect: her names come by themselves, she says the rest."""
    page.wait_for_url("**/demander/identite")
    page.locator("form[action*='/identite/demande/'] button").click()
    identify(page, asker)
    page.wait_for_url("**/demander/identite")
    assert page.locator("[name=family_name]").count() == 0
    for name in ("email", "birthplace", "inclusion_number"):
        if page.locator(f"[name={name}]").count():
            page.locator(f"[name={name}]").fill(getattr(asker, name))
    press_main(page)


def say_more(page: Page, words: str) -> None:
    """Her own words."""
    page.wait_for_url("**/demander/precisions")
    page.locator("[name=statement]").fill(words)
    press_main(page)


def send(page: Page, hub: JourneyHub) -> Kept:
    """Send from the page where all is checked, and keep the receipt."""
    press_main(page)
    page.wait_for_url("**/demander/recu")
    paper = page.context.request.get(f"{hub.address}/demander/recu.pdf")
    assert paper.ok
    return Kept(
        page.locator("#reference").inner_text(),
        page.locator("#secret").inner_text(),
        paper.body(),
    )


def code_mailed(hub: JourneyHub, page: Page, asker: Asker) -> str:
    """The six digits: from the catcher's page where there is one, else from the mail itself."""
    assert eventually(lambda: hub.mails_to(asker.email)), "no mail came"
    text = hub.mails_to(asker.email)[0].text
    if hub.mode == "embedded":
        catcher = page.context.new_page()
        catcher.goto(f"{hub.address}/demonstration/courriels/{hub.mails_to(asker.email)[0].id}")
        text = catcher.locator("main").inner_text()
        catcher.close()
    found = CODE.search(text)
    assert found, text
    return f"{found[1]}{found[2]}"


def confirm(page: Page, code: str) -> None:
    """Type the code on the receipt."""
    page.locator("main input[name=code]").fill(code)
    with page.expect_navigation():
        page.locator("main form:has(input[name=code]) button").click()


def take_code_by_provider(page: Page, hub: JourneyHub, kept: Kept, asker: Asker) -> Kept:
    """Her code is lost: she proves who she is, gives her reference and is shown a new one."""
    page.goto(f"{hub.address}/suivre/perdu")
    page.locator("form[action*='/identite/nouveau-code/'] button").click()
    identify(page, asker)
    page.wait_for_url("**/suivre/perdu/identite")
    page.locator("[name=reference]").fill(kept.reference)
    press_main(page)
    return replace(kept, secret=page.locator("#secret").inner_text())


def take_code_by_mailbox(page: Page, hub: JourneyHub, kept: Kept, asker: Asker) -> Kept:
    """The same by the mailbox that she confirmed, once its waiting time is over."""
    page.goto(f"{hub.address}/suivre/perdu")
    page.locator("[name=reference]").fill(kept.reference)
    page.locator("[name=email]").fill(asker.email)
    press_main(page)

    def link() -> re.Match[str] | None:
        return NEW_CODE.search("".join(mail.text for mail in hub.mails_to(asker.email)))

    assert eventually(link), "no link came"
    found = link()
    hub.let_time_pass(
        "UPDATE lost_code SET ready_at = asked_at WHERE rights_request_id = "
        "(SELECT id FROM rights_request WHERE reference = ?)",
        kept.reference,
    )
    page.goto(f"{hub.address}{found[0] if found else ''}")
    page.locator("[name=birth_date]").fill(asker.birth_date)
    page.locator("main form:has([name=birth_date]) button").click()
    return replace(kept, secret=page.locator("#secret").inner_text())


def come_back(page: Page, hub: JourneyHub, kept: Kept) -> None:
    """Open the request again with the reference and the secret code."""
    page.goto(f"{hub.address}/suivre")
    page.locator("[name=reference]").fill(kept.reference)
    page.locator("[name=secret]").fill(kept.secret)
    page.locator("main form:has([name=secret]) button").click()
    page.wait_for_url("**/suivre/ma-demande")


def save_file(page: Page, folder: Path) -> bytes:
    """Save the document of the answer that is open."""
    with page.expect_download() as waiting:
        page.locator("ul.got form button").first.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.read_bytes()


def open_answer(page: Page, hub: JourneyHub, name: str, asker: Asker = FILER) -> None:
    """Open the answer of one controller; where a proof is asked, give it with FranceConnect+."""
    page.goto(f"{hub.address}/suivre/ma-demande")
    card = page.locator("article.card", has_text=name)
    with page.expect_navigation():
        card.locator(
            "form[action*='/suivre/reponse'] button, a[href*='/suivre/reponse']"
        ).first.click()
    prove(page, asker)


def prove(page: Page, asker: Asker) -> None:
    """Where an answer asks for a proof, give it with FranceConnect+ and open the answer."""
    if "/suivre/identite/" not in page.url:
        return
    page.locator("form[action$='/franceconnect-plus'] button").click()
    identify(page, asker)
    page.wait_for_url("**/suivre/identite/*")
    with page.expect_navigation():
        page.locator("form[action*='/suivre/reponse'] button").click()
