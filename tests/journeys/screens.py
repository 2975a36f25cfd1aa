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

_axe = Axe()


def faults_of(page: Page, *, with_axe: bool = True) -> list[str]:
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
