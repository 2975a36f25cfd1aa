"""Opens and seals what belongs to a rights request, under its data keys.

A row's table, column and id are bound to each ciphertext, so that a value moved elsewhere in the
database no longer opens. Services seal; services and queries open.
"""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.errors import HubError
from hub.models.rights_request import DataKey, KeyClass
from hub.ports import Keyring


class Shredded(HubError):
    """The key that covered this content was destroyed at the end of its retention."""

    code = "shredded"


class RequestKeys:
    """The data keys of some rights requests, unwrapped once for one unit of work or one page."""

    def __init__(self, session: Session | None, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring
        self._keys: dict[tuple[UUID, KeyClass], bytes | None] = {}

    def know(self, rights_request_id: UUID, keys: dict[KeyClass, bytes]) -> None:
        """Take keys just made, so that they need not be read back."""
        for key_class, key in keys.items():
            self._keys[rights_request_id, key_class] = key

    def load(self, rights_request_ids: Iterable[UUID]) -> None:
        """Read and unwrap the keys of many rights requests in one query."""
        known = {rights_request_id for rights_request_id, _ in self._keys}
        missing = set(rights_request_ids) - known
        if not missing or self._session is None:
            return
        rows = self._session.execute(
            select(DataKey.rights_request_id, DataKey.key_class, DataKey.wrapped).where(
                DataKey.rights_request_id.in_(missing)
            )
        )
        for rights_request_id, key_class, wrapped in rows:
            key = self._keyring.unwrap(wrapped) if wrapped else None
            self._keys[rights_request_id, key_class] = key

    def key(self, rights_request_id: UUID, key_class: KeyClass) -> bytes:
        """One data key; raises Shredded when it was destroyed."""
        if (rights_request_id, key_class) not in self._keys:
            self.load([rights_request_id])
        key = self._keys.get((rights_request_id, key_class))
        if key is None:
            raise Shredded(rights_request_id=rights_request_id)
        return key

    def seal(self, place: "Place", text: str) -> bytes:
        """Seal a text for one cell of the database."""
        key = self.key(place.rights_request_id, place.key_class)
        return self._keyring.seal(
            key, text.encode(), table=place.table, column=place.column, row=str(place.row)
        )

    def open(self, place: "Place", sealed: bytes | None) -> str:
        """Open the text of one cell; an empty or emptied cell reads as an empty text."""
        if not sealed:
            return ""
        key = self.key(place.rights_request_id, place.key_class)
        return self._keyring.open(
            key, sealed, table=place.table, column=place.column, row=str(place.row)
        ).decode()

    def seal_facts(self, place: "Place", facts: dict[str, Any]) -> bytes:
        """Seal a small JSON object."""
        return self.seal(place, json.dumps(facts, ensure_ascii=False, default=str))

    def open_facts(self, place: "Place", sealed: bytes | None) -> dict[str, Any]:
        """Open a small JSON object; an empty cell reads as an empty one."""
        facts: dict[str, Any] = json.loads(self.open(place, sealed) or "{}")
        return facts


class Place:
    """One cell of the database and the key class that covers it."""

    __slots__ = ("column", "key_class", "rights_request_id", "row", "table")

    def __init__(
        self, rights_request_id: UUID, cell: str, row: UUID, key_class: KeyClass = KeyClass.CONTENT
    ) -> None:
        self.rights_request_id = rights_request_id
        self.table, self.column = cell.split(".")
        self.row = row
        self.key_class = key_class
