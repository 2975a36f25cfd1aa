"""A member's passkeys: adding, using, removing."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from hub.errors import Conflict, Invalid, NotFound
from hub.models.passkey import Passkey
from hub.services.signing_in import record_account_change
from hub.services.unit_of_work import Work

MOST = 20
LONGEST_NAME = 60


class PasskeyKnown(Conflict):
    """A device offered a passkey that the hub has already."""

    code = "passkey_known"


class PasskeyNameTaken(Invalid):
    """She has another passkey of that name: she could not tell one from the other."""

    code = "passkey_name_taken"


class TooManyPasskeys(Conflict):
    """She has as many passkeys as the hub keeps for one member."""

    code = "too_many_passkeys"


@dataclass(frozen=True)
class NewPasskey:
    """What a device said of the passkey that it made."""

    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...] = ()


def add_passkey(work: Work, member_id: UUID, new: NewPasskey, *, kept_id: UUID) -> None:
    """Keep a member's new passkey; her other sessions end, and a mail tells her.

    Raises PasskeyKnown, PasskeyNameTaken or TooManyPasskeys.
    """
    mine = select(Passkey.name).where(Passkey.member_id == member_id)
    names = {name.casefold() for name in work.session.scalars(mine)}
    if len(names) >= MOST:
        raise TooManyPasskeys()
    if new.name.casefold() in names:
        raise PasskeyNameTaken(field="name")
    same = select(func.count()).where(Passkey.credential_id == new.credential_id)
    if work.session.scalar(same):
        raise PasskeyKnown()
    row = Passkey(
        member_id=member_id,
        name=new.name,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        transports=list(new.transports),
        created_at=work.now,
    )
    work.session.add(row)
    record_account_change(work, member_id, "passkeys", kept_id=kept_id)


def note_passkey_used(work: Work, passkey_id: UUID, sign_count: int) -> None:
    """Remember when a passkey proved itself, and the count that its next use must exceed."""
    row = work.session.get(Passkey, passkey_id, with_for_update=True)
    if row is None:
        raise NotFound()
    row.sign_count, row.used_at = sign_count, work.now


def remove_passkey(work: Work, member_id: UUID, passkey_id: UUID, *, kept_id: UUID) -> None:
    """Forget a passkey: it opens nothing any more. Raises NotFound for another's."""
    row = work.session.get(Passkey, passkey_id)
    if row is None or row.member_id != member_id:
        raise NotFound()
    work.session.delete(row)
    record_account_change(work, member_id, "passkeys", kept_id=kept_id)
