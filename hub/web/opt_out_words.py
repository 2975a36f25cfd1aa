"""Words of the register of opt-outs: its acts, and from when each counts."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.opt_outs import OptOutAct, counts_from, cut_off_for
from hub.domain.working_days import local_date
from hub.web.filters import clock_time, day
from hub.web.work import ports

ACTS = {
    OptOutAct.REGISTERED: _l("Refusal recorded"),
    OptOutAct.REVERSED: _l("Refusal taken back"),
}


def showing_hour() -> str:
    """The hour of the daily cut-off, in words."""
    return clock_time(cut_off_for(local_date(ports().clock.now()), ports().policies.opt_outs))


def said_on(recorded_at: datetime) -> str:
    """The first permits for which an act counts: those of its own day, or of the day after."""
    on = counts_from(recorded_at, ports().policies.opt_outs)
    return _("It counts for the permits approved from %(date)s.", date=day(on))
