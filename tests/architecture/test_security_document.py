"""docs/security.md leads from each attack to what stops it and its test: what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.test_law import NAMED, names_in

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
RULES = (ROOT / "tests" / "security" / "rules" / "hub.yaml").read_text(encoding="utf-8")
PLANTED = (ROOT / "tests" / "security" / "rules" / "planted.txt").read_text(encoding="utf-8")
RULE_IDS = set(re.findall(r"^  - id: ([\w-]+)$", RULES, re.M))
IN_PAGES = {"template-without-escaping"}
"""Its offence is planted in a page."""


def rows(code: str) -> dict[str, list[str]]:
    """The lines of the tables whose first cell looks like this, with their other cells."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in SECURITY.splitlines()
        if line.startswith("|")
    ]
    return {row[0]: row[1:] for row in cells if re.match(code, row[0])}


def rules_in(text: str) -> set[str]:
    """The rules that a text names."""
    named = re.findall(r"\brules? ((?:`[\w-]+`(?:, | and )?)+)", text)
    return {name for some in named for name in re.findall(r"`([\w-]+)`", some)}


def test_every_file_name_and_rule_of_the_document_exists():
    lost = [
        f"{path}::{name}" if name else path
        for path, name in NAMED.findall(SECURITY)
        if not (ROOT / path).exists() or (name and name not in names_in(ROOT / path))
    ]
    assert not lost, f"docs/security.md names what no longer exists: {lost}"
    assert rules_in(SECURITY) == RULE_IDS, "each rule of semgrep has its line, and each line a rule"


def test_every_attack_has_its_function_and_its_test():
    attacks = rows(r"A\d+$")
    assert len(attacks) > 12
    for code, (_attack, _stopped_by, functions, tests) in attacks.items():
        assert "`hub/" in functions, code
        assert "`tests/" in tests, code


def test_every_requirement_has_a_test_or_a_rule():
    requirements = rows(r"\d+\.\d+\.\d+")
    assert len(requirements) > 44
    for number, (level, _what, tests) in requirements.items():
        assert re.match(r"[123]", level), number
        assert "`tests/" in tests or rules_in(tests), number


def test_every_rule_has_an_offence_that_it_must_find():
    assert set(re.findall(r"# found by: ([\w-]+)$", PLANTED, re.M)) | IN_PAGES == RULE_IDS
