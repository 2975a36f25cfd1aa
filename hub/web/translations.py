"""The French catalogues: one per area of the hub, read by Flask-Babel as one."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "translations"
CATALOGUES = FOLDER / "fr" / "LC_MESSAGES"


def areas() -> list[str]:
    """Return the name of each area: the `.po` files kept with the code, sorted."""
    return sorted(path.stem for path in CATALOGUES.glob("*.po"))


def babel_domains() -> tuple[str, str]:
    """Return Flask-Babel's domains and directories, two `;` lists of equal length.

    Flask-Babel 4 pairs them by rank, merges the catalogues and keeps the result in its one
    Domain, so that each `.mo` is read once per process and language.
    """
    names = areas()
    return ";".join(names), ";".join(str(FOLDER) for _ in names)
