"""The logs of the state folder: NAME.log is being written, NAME.log.1 is the part before it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

EARLIER = ".log.1"


class LogFolder:
    """Keeps two parts of each log, each for so many days; a folder that is absent holds none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count_over(self, now: datetime, part_days: int) -> int:
        """How many earlier parts have been there for so many days and hold anything."""
        return sum(
            1
            for log in self._logs()
            if _is_over(log, now, part_days) and _earlier(log).stat().st_size
        )

    def turn_over(self, now: datetime, part_days: int) -> int:
        """Put what is being written in the place of each earlier part that is over.

        A log that has no earlier part yet gets an empty one: its days are counted from there.
        """
        deleted = self.count_over(now, part_days)
        for log in self._logs():
            if not _earlier(log).exists():
                _earlier(log).touch(mode=0o600)
            elif _is_over(log, now, part_days):
                turn(log)
        return deleted

    def _logs(self) -> list[Path]:
        return sorted(self._folder.glob("*.log")) if self._folder.is_dir() else []


def turn(log: Path) -> None:
    """Move the content aside, over the part before; whoever writes keeps its descriptor."""
    shutil.copyfile(log, _earlier(log))
    with log.open("r+b") as written:
        written.truncate(0)


def _earlier(log: Path) -> Path:
    return log.with_suffix(EARLIER)


def _is_over(log: Path, now: datetime, part_days: int) -> bool:
    """Nothing has been added to an earlier part since it was put aside."""
    earlier = _earlier(log)
    if not earlier.exists():
        return False
    put_aside_at = datetime.fromtimestamp(earlier.stat().st_mtime, UTC)
    return put_aside_at <= now - timedelta(days=part_days)
