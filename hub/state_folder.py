"""The state folder of an embedded hub: its secrets, made once, and where its sockets are.

Standard library only: the settings are read before anything else.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_SOCKET_PATH = 103
"""Bytes: sun_path holds 108 with its end on Linux, 104 on macOS."""
KEY_BYTES = 32


class SettingsError(Exception):
    """The environment does not describe a hub that can start; the message says what to do."""


class StateFolderNotWritable(SettingsError):
    """The state folder cannot be created or written."""


class SecretsUnreadable(SettingsError):
    """The secrets of this hub are there and cannot be read."""


def writable_state_folder(home: Path) -> Path:
    """Make the state folder (0700) if needed, and prove that it can be written.

    Raises StateFolderNotWritable.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError as error:
        raise StateFolderNotWritable(
            f"The state folder {home} cannot be written ({error.strerror}). "
            "Choose another: RIGHTS_HUB_HOME=/path/to/folder."
        ) from error


def new_hub_keys() -> str:
    """Fresh content for RIGHTS_HUB_KEYS: one `name:base64` a line."""
    keys = {name: secrets.token_bytes(KEY_BYTES) for name in ("1", "pepper", "index")}
    return "".join(f"{name}:{base64.b64encode(key).decode()}\n" for name, key in keys.items())


def secrets_file(home: Path) -> Path:
    """Where an embedded hub keeps its secrets."""
    return home / "secrets.json"


def kept_secrets(home: Path) -> dict[str, str]:
    """`secret_key` and `keys` of this hub, made at the first call. Raises SecretsUnreadable."""
    path = secrets_file(home)
    try:
        kept = json.loads(made_once(home, path.name, _new_secrets))
        return {"secret_key": str(kept["secret_key"]), "keys": str(kept["keys"])}
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise SecretsUnreadable(
            f"{path} cannot be read as the secrets of this hub. Restore it from a backup: "
            "without it, what people wrote cannot be opened."
        ) from error


def made_once(home: Path, name: str, make: Callable[[], str]) -> str:
    """What a private file of the state folder holds, made by whichever process comes first."""
    path = home / name
    with _alone_in(home):
        if not path.exists():
            write_atomically(path, make())
    return path.read_text(encoding="utf-8")


def _new_secrets() -> str:
    return json.dumps({"secret_key": secrets.token_urlsafe(48), "keys": new_hub_keys()})


def socket_folder(home: Path) -> Path:
    """HOME/valkey, or a short private folder remembered in HOME when that path is too long."""
    near = home / "valkey"
    if len(os.fsencode(near / "v.sock")) <= LONGEST_SOCKET_PATH:
        near.mkdir(mode=0o700, exist_ok=True)
        return near
    note = home / "valkey.folder"
    with _alone_in(home):
        kept = Path(note.read_text(encoding="utf-8")) if note.exists() else None
        if kept is None or not _is_private(kept):
            kept = Path(tempfile.mkdtemp(prefix="rights-hub-"))
            write_atomically(note, str(kept))
    return kept


def mail_port_file(home: Path) -> Path:
    """Where the embedded mode remembers the port on which its mail catcher listens."""
    return home / "mailcatcher.port"


def accounts_file(home: Path) -> Path:
    """Where the demonstration's accounts are kept for whoever starts the hub."""
    return home / "accounts.txt"


def remembered_mail_port(home: Path) -> int:
    """The mail catcher's port, 0 before it ever listened."""
    try:
        return int(mail_port_file(home).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def write_atomically(path: Path, text: str) -> None:
    """Write a private file (0600) that is there in full or not at all, name included."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Two processes that start at once take turns, so that both see the same secrets."""
    with (home / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_private(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_real = folder.is_dir() and not folder.is_symlink()
    return is_real and status.st_uid == os.getuid() and status.st_mode & 0o777 == 0o700
