"""The errors of the hub: each is a sentence that went wrong, with a code and no wording."""

from typing import Any, ClassVar


class HubError(Exception):
    """Something was refused; `code` names why, `facts` hold the values for its wording."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return self.code


class NotFound(HubError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class Conflict(HubError):
    """Somebody else did it first, or the thing has changed since it was read."""

    code = "conflict"


class Invalid(HubError):
    """What was given cannot be accepted; `facts['field']` names the field."""

    code = "invalid"


class StorageUnavailable(HubError):
    """The database or the disk cannot take the write now; nothing was recorded."""

    code = "storage_unavailable"
