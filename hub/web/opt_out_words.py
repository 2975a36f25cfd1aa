"""Words of the acts of the register of opt-outs, for staff."""

from flask_babel import lazy_gettext as _l

from hub.domain.opt_outs import OptOutAct

ACTS = {
    OptOutAct.REGISTERED: _l("Refusal recorded"),
    OptOutAct.REVERSED: _l("Refusal taken back"),
}
