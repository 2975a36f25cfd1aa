"""The pages of mails that came back, the same for a controller's agents and for the hub's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from hub.domain.actors import Actor
from hub.domain.lifecycle import ActionNotAllowed
from hub.errors import Invalid
from hub.models.inbound_mail import WAITING
from hub.queries.inbound_mail import MailPage, mail_page, waiting_mails
from hub.services.mail_decisions import file_mail, look_at_mail, set_mail_aside
from hub.web.file_words import file_refusal_words
from hub.web.form_fields import at_most
from hub.web.mail_words import REASONS, STATES, VERDICTS
from hub.web.work import ports, reading, unit_of_work

MOST_SHOWN = 100


@dataclass(frozen=True)
class Desk:
    """Whose mails these are (None: nobody's, for the hub's agents), and the name of its pages."""

    blueprint: str
    organisation_id: UUID | None

    def listed(self) -> str:
        """The address of the list."""
        return url_for(f"{self.blueprint}.listed")

    def page(self, received_id: UUID) -> str:
        """The address of one mail."""
        return url_for(f"{self.blueprint}.mail", received_id=received_id)


class FileForm(FlaskForm):
    """The case that a mail belongs to."""

    number = StringField(
        _l("Number of the case"),
        validators=[DataRequired(_l("Give the number of the case.")), at_most(20)],
    )


def list_page(desk: Desk) -> str:
    """What waits, the oldest first; nothing of what the mails say."""
    return render_template(
        "mails/mails.html",
        desk=desk,
        waiting=waiting_mails(reading(), desk.organisation_id, MOST_SHOWN),
        reasons=REASONS,
        states=STATES,
    )


def one_page(actor: Actor, desk: Desk, received_id: UUID) -> Any:
    """One mail, read with a trace; put with a case, or set aside."""
    form = FileForm()
    if request.method == "POST":
        done = _decided(actor, desk, received_id, form)
        if done is not None:
            return done
    with unit_of_work(actor) as work:
        look_at_mail(work, received_id)
    found = mail_page(reading(), ports(), received_id, desk.organisation_id)
    page = render_template(
        "mails/mail.html",
        desk=desk,
        found=found,
        form=form,
        waits=found.state in WAITING,
        reasons=REASONS,
        states=STATES,
        verdict=VERDICTS[found.verdict],
        refused_words=_refused_words(found),
    )
    return (page, 422) if form.errors else page


def _decided(actor: Actor, desk: Desk, received_id: UUID, form: FileForm) -> Any:
    """Where to go once it is done; None: the form is shown again, with what is wrong."""
    is_aside = request.form.get("step") == "aside"
    if not is_aside and not form.validate_on_submit():
        return None
    try:
        with unit_of_work(actor) as work:
            if is_aside:
                set_mail_aside(work, received_id)
            else:
                file_mail(work, received_id, str(form.number.data).upper())
    except Invalid:
        form.number.errors = [_("No case of this number is open to you: check it.")]
        return None
    except ActionNotAllowed:
        flash(_("Somebody else has decided meanwhile. Nothing was changed."), "info")
        return redirect(desk.listed())
    if is_aside:
        flash(_("The e-mail is set aside. It stays with the rest until its time is over."), "ok")
        return redirect(desk.listed())
    flash(_("The e-mail is with its case. A member of the organisation decides on it."), "ok")
    to_list = desk.organisation_id is None
    return redirect(desk.listed() if to_list else desk.page(received_id))


def _refused_words(found: MailPage) -> dict[int, str]:
    return {
        one.position: file_refusal_words(one.name, one.refusal)
        for one in found.files
        if one.refusal is not None
    }
