"""Folders of a local disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make what was added to a folder, renamed in it or removed from it outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
