"""Checks of ZIP archives and of the office documents built on them; nothing is unpacked."""

import re
import stat
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from hub.port_errors import FileKindRefused, FileRefusal

MOST_FILES = 1000
MOST_RATIO = 100
MOST_BYTES_INSIDE = 500 * 1024 * 1024
MOST_TIMES_LARGER = 4
"""An archive larger than that limit already may hold this many times its own size."""
_SMALL = 64 * 1024
"""Below this clear size a high ratio is no danger: a sheet of equal lines packs well."""

_ENCRYPTED = 0x1
_CLIMBS = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\\|[\x00-\x1f]")


def check_archive(stream: BinaryIO, allowed: Callable[[str], bool]) -> None:
    """Check an archive's directory and the kind of each member, by its name.

    Raises FileKindRefused: too many files, too large inside, a name that climbs out, a link, a
    password, a kind not allowed, or damage.
    """
    members = _members(stream)
    if not members:
        raise _refused(FileRefusal.EMPTY)
    if not all(member.is_dir() or allowed(member.filename) for member in members):
        raise _refused(FileRefusal.ARCHIVE_KIND_NOT_ALLOWED)


def check_office(stream: BinaryIO, main_part: str) -> None:
    """Check that an archive is the office document it says, without macros (ECMA-376)."""
    names = {member.filename for member in _members(stream)}
    if not {"[Content_Types].xml", main_part} <= names:
        raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise _refused(FileRefusal.HAS_MACROS)


def _members(stream: BinaryIO) -> list[zipfile.ZipInfo]:
    size = stream.seek(0, 2)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as damaged:
        raise _refused(FileRefusal.DAMAGED) from damaged
    if len(members) > MOST_FILES:
        raise _refused(FileRefusal.ARCHIVE_TOO_MANY_FILES)
    for member in members:
        _check_member(member)
    if sum(member.compress_size for member in members) > size:
        # Members that overlap: a bomb that declares the same bytes many times.
        raise _refused(FileRefusal.ARCHIVE_TOO_LARGE_INSIDE)
    most_inside = max(MOST_BYTES_INSIDE, MOST_TIMES_LARGER * size)
    if sum(member.file_size for member in members) > most_inside:
        raise _refused(FileRefusal.ARCHIVE_TOO_LARGE_INSIDE)
    return members


def _check_member(member: zipfile.ZipInfo) -> None:
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if not member.filename or _CLIMBS.search(member.filename) or is_link:
        raise _refused(FileRefusal.ARCHIVE_UNSAFE_NAME)
    if member.flag_bits & _ENCRYPTED:
        raise _refused(FileRefusal.PASSWORD_PROTECTED)
    if member.file_size > max(_SMALL, member.compress_size * MOST_RATIO):
        raise _refused(FileRefusal.ARCHIVE_TOO_LARGE_INSIDE)


def _refused(reason: FileRefusal) -> FileKindRefused:
    return FileKindRefused(field="file", reason=reason)
