"""The last trial of each way to controllers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.channel_trials import TriedWay
from hub.extensions import db
from hub.models.columns import StrEnumType, UTCDateTime


class ChannelTrial(db.Model):
    """One row a way: `trial_id` is new at each trial, and its code and link come from it."""

    __tablename__ = "channel_trial"

    way: Mapped[TriedWay] = mapped_column(StrEnumType(TriedWay), primary_key=True)
    trial_id: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    passed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
