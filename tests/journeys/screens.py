"""Looks at a page as its readers must be able to use it, and says in a line what is wrong."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.browsers import ENLARGED, NARROW

HEAVIEST_PAGE = 100_000
# What passed is left in the page: to bring it over took as long as to find what did not.
VIOLATIONS = 'axe.run({resultTypes: ["violations"]}).then(found => found.violations)'
WEIGHT = """() => {
  const loaded = performance.getEntriesByType("resource")
    .filter(one => /\\.(css|js)(\\?|$)/.test(one.name));
  const page = performance.getEntriesByType("navigation")[0];
  return loaded.reduce((sum, one) => sum + one.encodedBodySize, page.encodedBodySize);
}"""
SIDEWAYS = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const scrolls = one => {
    for (let up = one.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > edge + 1 && !scrolls(one));
  return wide.slice(-3).map(one => one.outerHTML.slice(0, 90)).concat(["(page wider than screen)"]);
}"""
SHAPES = """() => {
  const told = ["class", "role", "type", "scope", "tabindex"];
  const value = attribute => told.includes(attribute.name) ? attribute.value
    : attribute.value.trim() === "" ? "nothing" : "something";
  const shape = one => one.tagName + [...one.attributes].map(a => `[${a.name}=${value(a)}]`).sort()
    .join("") + (one.textContent.trim() === "" ? " empty" : "");
  const all = [...document.querySelectorAll("body, body *")];
  const headings = all.filter(one => /^H[1-6]$/.test(one.tagName)).map(one => one.tagName);
  return [...new Set(all.map(one => `${shape(one.parentElement)} > ${shape(one)}`)),
    `first ${headings[0]}`, ...headings.map((one, at) => `${headings[at - 1]} then ${one}`)];
}"""
"""How a page is made, whatever its words: each kind of element in its kind of parent, and the order
of headings."""

_axe = Axe()


class Examined:
    """The shapes that axe has judged, by page: one that shows no other need not be judged again."""

    def __init__(self) -> None:
        self._shapes: dict[str, set[str]] = {}

    def is_new(self, page: Page, rule: str) -> bool:
        """Whether this page shows what no reader of its rule was shown yet; notes it."""
        seen, shown = self._shapes.setdefault(rule, set()), set(page.evaluate(SHAPES))
        is_new = not shown <= seen
        seen |= shown
        return is_new


def faults_of(page: Page, *, with_axe: bool) -> list[str]:
    """What a reader would stumble over: as shown now, on a narrow screen, and at twice the size."""
    faults = []
    if page.locator("h1").count() != 1:
        faults.append("not one h1")
    weight = int(page.evaluate(WEIGHT))
    if weight > HEAVIEST_PAGE:
        faults.append(f"weighs {weight} bytes")
    if with_axe:
        page.evaluate(_axe.axe_script)
        faults += [_told(one) for one in page.evaluate(VIOLATIONS)]
    size = page.viewport_size
    page.set_viewport_size(NARROW)
    faults += [f"sideways at 320 px: {one}" for one in page.evaluate(SIDEWAYS)]
    page.set_viewport_size(ENLARGED)
    faults += [f"sideways enlarged twice: {one}" for one in page.evaluate(SIDEWAYS)]
    if size:
        page.set_viewport_size(size)
    return faults


def _told(violation: dict[str, Any]) -> str:
    first = violation["nodes"][0]
    where = f"{first['html'][:120]} ({len(violation['nodes'])} places)"
    return f"axe {violation['id']}: {violation['help']}: {where}"
