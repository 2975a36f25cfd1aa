"""Every page, for each of its readers, in both languages: accessible, narrow, light, and whole."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from config import Settings
from hub import create_app
from tests.journeys.browsers import DESK, signed_in_context
from tests.journeys.hubs import JourneyHub
from tests.journeys.screens import faults_of
from tests.pages import check_page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LANGUAGES = ("fr", "en")
NOT_PAGES = (".csv", ".xlsx", ".ics", ".svg", ".pdf", ".json", ".zip")
NOT_VISITED = ("/api/", "/static/", "/healthz", "/readyz", "/metrics", "/deconnexion")
STAFF = {
    "agent": "lucie.besson@chu-valmont.example",
    "administrator": "yasmine.haddad@chu-valmont.example",
    "dpo": "etienne.roussel@chu-valmont.example",
    "hub_dpo": "irene.castaing@plateforme-donnees-sante.example",
    "hub_agent": "basile.morvan@plateforme-donnees-sante.example",
    "operator": "omar.fontaine@plateforme-donnees-sante.example",
    "cnil_liaison": "solene.picard@plateforme-donnees-sante.example",
}


@dataclass(frozen=True)
class Site:
    """The addresses of the hub: which exist, and which rule each follows."""

    adapter: MapAdapter
    plain: tuple[str, ...]
    public: frozenset[str]

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
        self.faults: list[str] = []

    def run(self, *starts: str) -> None:
        """Follow the links from these paths and from every address without parameters."""
        page = self.context.new_page()
        waiting = [*starts, *self.site.plain]
        while waiting:
            path = waiting.pop(0)
            rule = self.site.rule_of(urlsplit(path).path)
            if rule is None or rule in self.seen or rule in self.left_out:
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
        self._note(path, "fr", faults_of(page))
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.pathname)")
        self._check_source(path, answer.text())
        page.goto(f"{address}en")
        self._note(path, "en", faults_of(page))
        return list(dict.fromkeys(links))

    def _note(self, path: str, language: str, faults: list[str]) -> None:
        self.faults += [f"{path} [{language}] {fault}" for fault in faults]

    def _check_source(self, path: str, source: str) -> None:
        try:
            check_page(source)
        except AssertionError as fault:
            self.faults.append(f"{path} {fault}")


@pytest.mark.parametrize("audience", ["public", *STAFF])
def test_each_page_of_an_audience_can_be_used_by_all(
    browser: Browser, embedded: JourneyHub, site: Site, audience: str
) -> None:
    if audience == "public":
        context = browser.new_context(viewport=DESK, locale="fr-FR")
    else:
        context = signed_in_context(browser, embedded, STAFF[audience])
    left_out = frozenset() if audience == "public" else site.public
    crawl = Crawl(context, embedded, site, left_out)
    crawl.run("/")
    context.close()
    assert crawl.seen
    assert not crawl.faults, "\n" + "\n".join(crawl.faults)
