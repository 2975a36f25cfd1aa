"""The catalogues that the stories import: two of ours, and real ones where a folder is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from tests.journeys.hubs import JourneyHub

CATALOGUES = Path(__file__).parent / "catalogues"
BRUME_SIREN = "999101009"
BRUME_TITLE = "Séjours et consultations du CHU de Brume"
VALMONT_SIREN = "999003007"
VALMONT_TITLE = "Entrepôt de données de santé du CHU de Valmont"
REGISTER_SIREN = "999008006"
REGISTER_TITLE = "Registre des cancers des Deux-Rives"
ESTUARY_SIREN = "999004005"

_said: WeakKeyDictionary[JourneyHub, dict[str, str]] = WeakKeyDictionary()


def real_catalogues() -> list[Path]:
    """The files of the folder that RIGHTS_HUB_CATALOGUES names."""
    named = os.environ.get("RIGHTS_HUB_CATALOGUES")
    return sorted(path for path in Path(named).iterdir() if path.is_file()) if named else []


def import_catalogues(hub: JourneyHub) -> dict[str, str]:
    """Import each catalogue once into the running hub; gives what was said, by file name."""
    if hub not in _said:
        _said[hub] = {path.name: _imported(hub, path) for path in sorted(CATALOGUES.iterdir())}
        _said[hub] |= {path.name: _imported(hub, path) for path in real_catalogues()}
    return _said[hub]


def _imported(hub: JourneyHub, path: Path) -> str:
    done = hub.command("import", "healthdcat", path)
    assert done.returncode == 0 or path.parent != CATALOGUES, done.stderr
    return done.stdout + done.stderr
