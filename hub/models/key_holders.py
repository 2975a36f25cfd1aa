"""Which tables hold data keys wrapped by a key of the hub: what a rotation goes through."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from hub.models.inbound_mail import InboundMail
from hub.models.intake_batch import IntakeBatch
from hub.models.rights_request import DataKey
from hub.models.webhook import WebhookEndpoint


@dataclass(frozen=True)
class KeyHolder:
    """A table, and its column of wrapped keys."""

    table: Table
    column: Column[Any]

    @property
    def primary_key(self) -> tuple[Column[Any], ...]:
        """What names one row."""
        return tuple(self.table.primary_key.columns)


def _holder(table: Any, column: str) -> KeyHolder:
    return KeyHolder(table, table.c[column])


HOLDERS = (
    _holder(DataKey.__table__, "wrapped"),
    _holder(InboundMail.__table__, "key_wrapped"),
    _holder(IntakeBatch.__table__, "key_wrapped"),
    _holder(WebhookEndpoint.__table__, "data_key"),
)
