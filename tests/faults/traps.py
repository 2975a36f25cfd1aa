"""Sets the traps of a campaign: faults planted in the processes of a hub, and its clock."""

from __future__ import annotations

import os
from pathlib import Path

INJECTED = Path(__file__).parent / "injected"


class Traps:
    """A folder of traps; `environment` is what a hub must be started with to meet them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a hub that can be trapped."""
        path = os.pathsep.join(filter(None, (str(INJECTED), os.environ.get("PYTHONPATH"))))
        return {"RIGHTS_HUB_TRAPS": str(self._folder), "PYTHONPATH": path}

    def set(self, name: str) -> None:
        """Set a trap: one process meets it, once."""
        (self._folder / name).touch()

    def is_set(self, name: str) -> bool:
        """Whether nobody has met it yet."""
        return (self._folder / name).exists()

    def take_away(self, name: str) -> None:
        """Take back a trap that nobody met."""
        (self._folder / name).unlink(missing_ok=True)

    def move_clock(self, seconds: float) -> None:
        """Make the hub's clock wrong by so many seconds, in every process at once."""
        part = self._folder / "clock.part"
        part.write_text(str(seconds), encoding="ascii")
        part.replace(self._folder / "clock")
