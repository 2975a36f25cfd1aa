"""rights-hub translations: compiles the French catalogues, and says what they lack."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hub.web.translations import CATALOGUES

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "_l": None,
    "_n": (1, 2),
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
SOURCES = (
    ("hub", ("*.py",), "python"),
    ("templates", ("*.html", "*.txt"), "jinja2.ext:babel_extract"),
)
Message = str | Sequence[str]


@dataclass(frozen=True)
class Findings:
    """What the catalogues lack, each as "place: message" (missing) or "area: message"."""

    missing: tuple[str, ...]
    fuzzy: tuple[str, ...]
    obsolete: tuple[str, ...]


def compile_catalogues(folder: Path = CATALOGUES) -> None:
    """Compile each `.po` of a folder whose `.mo` is missing or older."""
    for source in sorted(folder.glob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Renamed into place: a process that reads it meanwhile sees the old file or the new one,
        # and two that compile at once do not take each other's.
        with NamedTemporaryFile(dir=folder, prefix=f".{target.name}.", delete=False) as compiled:
            write_mo(compiled, _read(source))
        Path(compiled.name).chmod(0o644)
        Path(compiled.name).replace(target)


def check_catalogues() -> Findings:
    """Compare the words of the code and templates with every catalogue."""
    catalogues = {path.stem: _read(path) for path in sorted(CATALOGUES.glob("*.po"))}
    said = {
        _key(message.id): area
        for area, catalogue in catalogues.items()
        for message in catalogue
        if message.id and _translated(message.string)
    }
    used = dict(_messages())
    return Findings(
        missing=tuple(f"{place}: {key}" for key, place in used.items() if key not in said),
        fuzzy=tuple(
            f"{area}: {_key(message.id)}"
            for area, catalogue in catalogues.items()
            for message in catalogue
            if message.id and message.fuzzy
        ),
        obsolete=tuple(f"{area}: {key}" for key, area in said.items() if key not in used),
    )


@click.command()
@click.option("--check", is_flag=True, help="Say what is missing, fuzzy or no longer used.")
def translations(check: bool) -> None:
    """Compile the French catalogues."""
    compile_catalogues()
    if not check:
        return
    findings = check_catalogues()
    for name, lines in vars(findings).items():
        for line in lines:
            click.echo(f"{name}: {line}")
    sys.exit(1 if findings.missing or findings.fuzzy else 0)


def _read(path: Path) -> Catalog:
    with path.open("rb") as text:
        return read_po(text, locale="fr", domain=path.stem)


def _key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def _translated(words: Message | None) -> bool:
    if words is None or isinstance(words, str):
        return bool(words)
    return bool(words) and all(words)


def _messages() -> Iterator[tuple[str, str]]:
    """Each message of the code and templates, with one place where it stands."""
    for folder, patterns, method in SOURCES:
        files = (path for pattern in patterns for path in (ROOT / folder).rglob(pattern))
        for path in sorted(files):
            options = {"silent": "false"} if method != "python" else {}
            for line, message, _comments, _context in extract_from_file(
                method, str(path), keywords=KEYWORDS, options=options
            ):
                if message:
                    yield _key(message), f"{path.relative_to(ROOT)}:{line}"
