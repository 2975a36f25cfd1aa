"""What may go wrong outside: the errors that the ports raise and that services may catch."""

from enum import StrEnum

from hub.errors import HubError, Invalid, NotFound, StorageUnavailable


class SealBroken(HubError):
    """A sealed value does not open: wrong key, moved to another cell, or altered."""

    code = "seal_broken"


class StorageFull(StorageUnavailable):
    """The disk has no room left for this file; nothing of it was kept."""

    code = "storage_full"


class FilesUnavailable(StorageUnavailable):
    """The store of files does not answer now: a file can be neither taken nor given, try later."""

    code = "files_unavailable"


class FileMissing(NotFound):
    """The store has no file under this key (deleted, or never written)."""

    code = "file_missing"


class FileTooLarge(Invalid):
    """An upload is larger than allowed; `facts` hold `size` and `limit` in bytes."""

    code = "file_too_large"


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


class FileKindRefused(Invalid):
    """An upload is of a kind that is not allowed; `facts['reason']` is a FileRefusal."""

    code = "file_kind_refused"


class FileInfected(Invalid):
    """The antivirus knows this file to do harm; nothing of it is kept."""

    code = "file_infected"


class ScannerUnavailable(StorageUnavailable):
    """The antivirus does not answer: a file cannot be taken now, and may be sent again later."""

    code = "scanner_unavailable"


class MailUnavailable(HubError):
    """The mail server cannot take the message now: try again later."""

    code = "mail_unavailable"


class MailRefused(HubError):
    """The message will never be accepted as it is; `facts['reason']` says why."""

    code = "mail_refused"


class JournalUnavailable(HubError):
    """A filing is recorded and its line could not be added to the journal: added later."""

    code = "journal_unavailable"


class CallFailed(HubError):
    """An endpoint outside gave no answer that can be read; `facts['reason']` is a short code."""

    code = "call_failed"


class ProviderUnavailable(HubError):
    """A provider of identity does not answer, or not as it should: try again later."""

    code = "provider_unavailable"


class IdentityRefusal(StrEnum):
    """The reason code of IdentityRefused, worded by the web."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    LEVEL_TOO_LOW = "level_too_low"
    NOT_TRUSTED = "not_trusted"


class IdentityRefused(HubError):
    """What a provider of identity says is not taken; `facts['reason']` is an IdentityRefusal.

    `facts['check']` names the check that failed, for the log: never a value.
    """

    code = "identity_refused"
