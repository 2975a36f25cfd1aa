"""Opens an Excel workbook that may be broken, or made to swell: nothing else is ever raised."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hub.domain.directory_records import NotThatFormat, WrongFormat

UNPACKED_LIMIT = 200 * 1024 * 1024
MOST_TAGS = 3_000_000
"""A table of 5,000 rows and 60 columns has 1.8 million; each costs its reader microseconds."""
_CHUNK = 1024 * 1024
_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the reader was seen to raise on files that were cut, altered, encrypted or not a table.

XML that is not well formed is a SyntaxError of whichever parser is installed.
"""


@contextmanager
def opened_workbook(content: bytes) -> Iterator[Workbook]:
    """The workbook of a file, to be read inside the block, values only.

    Raises NotThatFormat for what is no workbook, breaks off while it is read, or swells.
    """
    try:
        _check_archive(content)
        yield load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except NotThatFormat:
        raise
    except _FAULTS as error:
        raise NotThatFormat(WrongFormat.BROKEN, str(error)[:200]) from error


def _check_archive(content: bytes) -> None:
    """Refuse what is no XLSX archive, and one that would keep its reader busy for minutes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if "[Content_Types].xml" not in archive.namelist():
            raise NotThatFormat(WrongFormat.BROKEN, "no workbook inside")
        if sum(member.file_size for member in members) > UNPACKED_LIMIT:
            raise NotThatFormat(WrongFormat.SWOLLEN)
        tags = 0
        for member in members:
            tags += _tags_of(archive, member)
            if tags > MOST_TAGS:
                raise NotThatFormat(WrongFormat.SWOLLEN)


def _tags_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    tags = 0
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            tags += chunk.count(b"<")
    return tags
