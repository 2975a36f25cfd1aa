"""No text makes a regular expression of ours run away (ASVS 1.3.12)."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import hub

LONG = 4_000
MOST_S = 0.08
"""Many times what one that reads its text once needs; one that runs away needs seconds."""
BOUNDED = {
    "hub.domain.authentication_results._RESULT": (re.Pattern.match, LONG),
    "hub.domain.mail_reading._ADDRESS": (re.Pattern.search, 400),
    "hub.importers.rdf_reading._XML_START": (re.Pattern.match, LONG),
    "hub.importers.reading._WEB_PAGE": (re.Pattern.match, LONG),
}
"""Those that are given no more than so many characters, or begin where the text begins."""
HOSTILE = [
    *(letter * LONG for letter in "a0 \n\t-.;,/_@<é"),
    *(pair * (LONG // 2) for pair in ("a ", "a@", "0 ", "a.", "-a", " \n", "a,", "<a", "\\x")),
    "a" * LONG + "!", "0" * LONG + "x", " " * LONG + "!", "a@" + "a." * (LONG // 2) + "!",
]  # fmt: skip


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every expression that a module of the hub keeps, with its name."""
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value


def seconds(name: str, expression: re.Pattern[str], text: str) -> float:
    """What one look takes, as the hub looks."""
    look, longest = BOUNDED.get(name, (re.Pattern.search, LONG))
    begun = time.process_time()
    look(expression, text[: longest - 1] + text[-1])
    return time.process_time() - begun


def test_no_text_makes_an_expression_run_away() -> None:
    slow, tried = [], set()
    for name, expression in expressions():
        if expression in tried:
            continue
        tried.add(expression)
        for text in HOSTILE:
            if seconds(name, expression, text) > MOST_S:
                slow.append((name, text[:4], text[-1:]))
                break
    assert not slow, slow
    assert len(tried) > 40
