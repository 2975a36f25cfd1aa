"""Why an upload is refused."""

from enum import StrEnum


class FileRefusal(StrEnum):
    """The reason code of FileKindRefused, worded by the web."""

    EMPTY = "empty"
    KIND_NOT_ALLOWED = "kind_not_allowed"
    NOT_WHAT_ITS_NAME_SAYS = "not_what_its_name_says"
    DAMAGED = "damaged"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105 - a reason, not a password
    TOO_MANY_PIXELS = "too_many_pixels"
    HAS_MACROS = "has_macros"
    ARCHIVE_TOO_MANY_FILES = "archive_too_many_files"
    ARCHIVE_TOO_LARGE_INSIDE = "archive_too_large_inside"
    ARCHIVE_UNSAFE_NAME = "archive_unsafe_name"
    ARCHIVE_KIND_NOT_ALLOWED = "archive_kind_not_allowed"
