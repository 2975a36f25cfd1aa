"""rights-hub translations: compiles the French catalogues."""

from __future__ import annotations

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hub.web.translations import CATALOGUES


def compile_catalogues() -> None:
    """Compile each `.po` whose `.mo` is missing or older."""
    for source in sorted(CATALOGUES.glob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale="fr", domain=source.stem)
        with target.open("wb") as compiled:
            write_mo(compiled, catalogue)
