"""Every page, for each of its readers, in both languages: accessible, narrow, light, and whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from config import Settings
from hub import create_app
from tests.journeys import persons
from tests.journeys.browsers import DESK, signed_in_context
from tests.journeys.cases import Cases, make_cases, path_in, task_link
from tests.journeys.directories import REGISTER_TITLE
from tests.journeys.hubs import JourneyHub
from tests.journeys.persons import Asker, Kept
from tests.journeys.screens import Examined, faults_of
from tests.pages import check_page
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LANGUAGES = ("fr", "en")
NOT_PAGES = (".csv", ".xlsx", ".ics", ".svg", ".pdf", ".json", ".txt", ".zip")
NOT_VISITED = ("/api/", "/static/", "/healthz", "/readyz", "/metrics", "/deconnexion")
STAFF = {
    "agent": "lucie.besson@chu-valmont.example",
    "administrator": "yasmine.haddad@chu-valmont.example",
    "dpo": "etienne.roussel@chu-valmont.example",
    "hub_agent": "basile.morvan@plateforme-donnees-sante.example",
    "hub_dpo": "irene.castaing@plateforme-donnees-sante.example",
    "operator": "omar.fontaine@plateforme-donnees-sante.example",
}

EXPECTED = {
    "administrator": {"/equipe", "/equipe/inviter", "/equipe/jetons", "/equipe/logiciel"},
    "dpo": {"/dpo", "/dpo/dossiers", "/dpo/dossiers/<uuid:referral_id>"},
    "hub_agent": {"/a-faire", "/saisie"},
    "hub_dpo": {"/dpo", "/dpo/dossiers", "/dpo/dossiers/<uuid:referral_id>"},
    "operator": {"/exploitation"},
}
ASKER = Asker("Pages", "toutes.pages@personne.example")


@dataclass(frozen=True)
class Site:
    """The addresses of the hub: which exist, and which rule each follows."""

    adapter: MapAdapter
    plain: tuple[str, ...]
    public: frozenset[str]
    examined: Examined = field(default_factory=Examined)

    def rule_of(self, path: str) -> str | None:
        """The rule that a path follows, or None for what is no page."""
        if path.startswith(NOT_VISITED) or path.endswith(NOT_PAGES):
            return None
        try:
            rule, _ = self.adapter.match(path, method="GET", return_rule=True)
        except HTTPException:
            return None
        return str(rule.rule)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The addresses, as the application knows them."""
    app = create_app(Settings.for_tests(tmp_path_factory.mktemp("site")))
    rules = list(app.url_map.iter_rules())
    plain = tuple(rule.rule for rule in rules if _is_plain_page(rule))
    views = app.view_functions
    public = {
        rule.rule for rule in rules if getattr(views[rule.endpoint], "access", "") == "anyone"
    }
    return Site(app.url_map.bind("localhost"), plain, frozenset(public))


def _is_plain_page(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and not rule.arguments


class Crawl:
    """Visits one page of each rule that its reader can reach, and gathers what is wrong."""

    def __init__(
        self, context: BrowserContext, hub: JourneyHub, site: Site, left_out: frozenset[str]
    ) -> None:
        self.context, self.hub, self.site, self.left_out = context, hub, site, left_out
        self.seen: dict[str, str] = {}
        self.looked_at: list[str] = []
        self.faults: list[str] = []

    def run(self, *starts: str) -> None:
        """Look at these, follow their links, and try every address without parameters."""
        page = self.context.new_page()
        forced = {self.site.rule_of(start) for start in starts}
        waiting = [*starts, *self.site.plain]
        while waiting:
            path = waiting.pop(0)
            rule = self.site.rule_of(urlsplit(path).path)
            if rule is None or rule in self.seen or rule in self.left_out - forced:
                continue
            waiting += self._visit(page, rule, path)
        page.close()

    def _visit(self, page: Page, rule: str, path: str) -> list[str]:
        self.seen[rule] = path
        separator = "&" if "?" in path else "?"
        address = f"{self.hub.address}{path}{separator}lang="
        answer = page.goto(f"{address}fr")
        if answer is None or answer.status in (403, 404):
            return []  # not for this reader
        landed = self.site.rule_of(urlsplit(page.url).path)
        if landed != rule:
            return [urlsplit(page.url).path]
        if answer.status >= 400:
            self.faults.append(f"{path}: answers {answer.status}")
        self.looked_at.append(rule)
        self._examine(page, rule, path, "fr")
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.pathname)")
        self._check_source(path, answer.text())
        page.goto(f"{address}en")
        self._examine(page, rule, path, "en")
        return list(dict.fromkeys(links))

    def _examine(self, page: Page, rule: str, path: str, language: str) -> None:
        faults = faults_of(page, with_axe=self.site.examined.is_new(page, rule))
        self.faults += [f"{path} [{language}] {fault}" for fault in faults]

    def _check_source(self, path: str, source: str) -> None:
        try:
            check_page(source)
        except AssertionError as fault:
            self.faults.append(f"{path} {fault}")


@pytest.fixture(scope="module")
def cases(embedded: JourneyHub) -> Cases:
    """Cases in every state."""
    return make_cases(embedded)


def look(
    context: BrowserContext, hub: JourneyHub, site: Site, *starts: str, everything: bool = False
) -> set[str]:
    """Crawl for one reader; fails with all that is wrong, and gives the rules that were seen."""
    crawl = Crawl(context, hub, site, frozenset() if everything else site.public)
    crawl.run(*starts)
    context.close()
    assert not crawl.faults, "\n" + "\n".join(crawl.faults)
    return set(crawl.looked_at)


def test_the_public_pages(browser: Browser, embedded: JourneyHub, site: Site) -> None:
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    persons.choose_by_own_link(page, embedded, REGISTER_TITLE)
    persons.choose_right(page)
    persons.say_who(page, ASKER)
    persons.say_more(page, "Merci.")
    page.wait_for_url("**/demander/verifier")
    page.close()
    seen = look(context, embedded, site, "/", everything=True)
    assert {"/", "/aide", "/demander/identite", "/demander/verifier", "/suivre"} <= seen


def test_the_pages_of_a_person_who_has_just_filed(
    browser: Browser, embedded: JourneyHub, site: Site
) -> None:
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    persons.choose_by_own_link(page, embedded, REGISTER_TITLE)
    persons.choose_right(page)
    persons.say_who(page, ASKER)
    persons.say_more(page, "Merci.")
    persons.send(page, embedded)
    page.close()
    assert eventually(lambda: embedded.mails_to(ASKER.email))
    link = path_in(embedded, ASKER.email, "/confirmer/")
    seen = look(context, embedded, site, "/demander/recu", link, "/suivre/ma-demande")
    assert {"/demander/recu", "/suivre/ma-demande"} <= seen


def test_the_pages_of_a_person_who_follows_her_request(
    browser: Browser, embedded: JourneyHub, site: Site, cases: Cases
) -> None:
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    persons.come_back(page, embedded, Kept(cases.reference, cases.secret, b""))
    persons.open_answer(page, embedded, "CHU de Valmont")
    page.close()
    seen = look(context, embedded, site, "/suivre/ma-demande")
    for rule in ("/suivre/reponse/<uuid:answer_id>", "/suivre/question/<uuid:message_id>"):
        assert rule in seen


def test_the_pages_of_an_agent_and_of_her_colleague(
    browser: Browser, embedded: JourneyHub, site: Site, cases: Cases
) -> None:
    context = signed_in_context(browser, embedded, STAFF["agent"])
    page = context.new_page()
    task = task_link(page, embedded, cases.opened)
    page.close()
    answered = f"/dossiers/{cases.to_apply}"
    seen = look(
        context, embedded, site,
        f"/dossiers/{cases.opened}", f"{answered}/corriger",
        f"{answered}/applique/{cases.processing}", task,
    )  # fmt: skip
    acts = ("repondre", "corriger", "identite", "question", "prolonger", "pas-nous", "collegue")
    assert {f"/dossiers/<uuid:referral_id>/{act}" for act in acts} <= seen
    assert "/tache/<token>" in seen


@pytest.mark.parametrize("audience", [name for name in STAFF if name != "agent"])
def test_the_pages_of_the_rest_of_the_staff(
    browser: Browser, embedded: JourneyHub, site: Site, cases: Cases, audience: str
) -> None:
    context = signed_in_context(browser, embedded, STAFF[audience])
    seen = look(context, embedded, site)
    assert seen >= EXPECTED.get(audience, set())
