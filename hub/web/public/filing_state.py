"""What a person has filled in so far: carried by her own browser, sealed, stored nowhere by us.

Each page answers with a redirection, so that Back and Reload do what people expect, without
JavaScript. The cookie is sealed: whoever opens the browser's store reads nothing in it.
"""

import base64
import json
import secrets
import zlib
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, request

from hub.domain.references import normalise_reference
from hub.domain.rights import Right
from hub.errors import HubError
from hub.port_errors import SealBroken
from hub.ports import Keyring

COOKIE = "demande"
PATH = "/demander"
PART_BYTES = 3500
MOST_PARTS = 2
"""Together they stay under the 8 kB that servers take for one header."""
LASTS_S = 2 * 3600
MOST_CHOICES = 60


class TooMuchToCarry(HubError):
    """What was typed does not fit in the sealed cookie."""

    code = "too_much_to_carry"


@dataclass
class FilingState:
    """One filing under way; `choices` and `suggested` hold reasons as JSON by processing id.

    `asked` lists the identifiers she was asked for, whether she gave them or not; `acting` is what
    she said of the capacity in which she acts, empty for herself; `proven` says that `person` holds
    the civil identity which a provider attested, kept in a row of ours.
    """

    key: str = ""
    right: str | None = None
    choices: dict[str, Any] = field(default_factory=dict)
    suggested: dict[str, Any] = field(default_factory=dict)
    insisted: list[str] = field(default_factory=list)
    words: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    statement: str | None = None
    reference: str | None = None
    acting: dict[str, Any] = field(default_factory=dict)
    parents_out: bool = False
    proven: bool = False

    @property
    def chosen_right(self) -> Right | None:
        """The right she wants to use."""
        return Right(self.right) if self.right else None

    @property
    def chosen_ids(self) -> list[UUID]:
        """The processings she has chosen, in her order."""
        return [UUID(key) for key in self.choices]

    @property
    def is_filed(self) -> bool:
        """Whether its receipt was already given."""
        return self.reference is not None


def new_state() -> FilingState:
    """A fresh filing with its idempotency key (128 random bits): sent twice, it is one request."""
    return FilingState(key=secrets.token_hex(16))


def read_state(keyring: Keyring) -> FilingState | None:
    """The filing this browser carries, or None when there is none or it is not ours."""
    parts = [request.cookies.get(f"{COOKIE}{place}", "") for place in range(MOST_PARTS)]
    if not parts[0]:
        return None
    try:
        sealed = base64.urlsafe_b64decode("".join(parts))
        text = zlib.decompress(keyring.open(_cookie_key(keyring), sealed, **_CELL))
        state = FilingState(**json.loads(text))
        if state.reference:
            normalise_reference(state.reference)
    except (SealBroken, ValueError, TypeError, zlib.error):
        return None
    return state


def carry_state(response: Any, keyring: Keyring, state: FilingState, *, secure: bool) -> Response:
    """Seal the filing into the browser's cookies; raises TooMuchToCarry."""
    text = json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":"))
    sealed = keyring.seal(_cookie_key(keyring), zlib.compress(text.encode(), 9), **_CELL)
    carried = base64.urlsafe_b64encode(sealed).decode()
    if len(carried) > MOST_PARTS * PART_BYTES:
        raise TooMuchToCarry
    for place in range(MOST_PARTS):
        part = carried[place * PART_BYTES : (place + 1) * PART_BYTES]
        if part:
            response.set_cookie(
                f"{COOKIE}{place}",
                part,
                max_age=LASTS_S,
                path=PATH,
                secure=secure,
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(f"{COOKIE}{place}", path=PATH)
    return response


def forget_state(response: Any) -> Any:
    """Leave nothing of the filing in this browser."""
    for place in range(MOST_PARTS):
        response.delete_cookie(f"{COOKIE}{place}", path=PATH)
    return response


_CELL = {"table": "cookie", "column": "filing", "row": "1"}


def _cookie_key(keyring: Keyring) -> bytes:
    return keyring.blind_index("filing", "cookie")
