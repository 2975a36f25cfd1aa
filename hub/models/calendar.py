"""Public holidays that an operator added to the table of the law."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.working_days import HolidayZone
from hub.extensions import db
from hub.models.columns import Key, StrEnumType, UTCDateTime


class AddedHoliday(db.Model):
    """One day on which no time limit may end; without `zone`, everywhere in France."""

    __tablename__ = "added_holiday"

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(index=True)
    zone: Mapped[HolidayZone | None] = mapped_column(StrEnumType(HolidayZone))
    label: Mapped[str] = mapped_column(String(100))
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
