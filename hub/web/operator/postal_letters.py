"""Letters to controllers known by a postal address alone: print a batch, frank it, say what became.

For the hub's agents: a letter bears the code that opens its case, so operators do not see it.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.postal_addresses import address_lines
from hub.domain.working_days import local_date
from hub.errors import HubError, Invalid, NotFound
from hub.papers import Fact, Masthead, PostalBatchPaper, PostalSheet
from hub.queries.postal_letters import LetterRow, batches, letters_of, letters_to_print
from hub.services.answer_links import letter_code
from hub.services.postal_letters import mark_posted, mark_returned, print_batch, write_again
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.filters import day
from hub.web.form_fields import DATE_WANTED, DatedField, PressForm
from hub.web.spreadsheets import csv_of
from hub.web.work import ports, reading, settings, unit_of_work

bp = Blueprint("postal_letters", __name__, url_prefix="/a-faire/lettres")

MOST_SHOWN = 50
LANGUAGE = "fr"


class PostedForm(FlaskForm):
    """The day on which a batch was posted."""

    posted_on = DatedField(_l("Posted on"), validators=[DataRequired(DATE_WANTED)])


@bp.get("")
@member(Permission.DO_HUB_TASKS)
def listed(actor: Actor) -> str:
    """How many letters wait, and the batches that were printed."""
    return render_template(
        "operator/postal_letters.html",
        waiting=letters_to_print(reading()),
        batches=batches(reading(), MOST_SHOWN),
    )


@bp.post("/imprimer")
@member(Permission.DO_HUB_TASKS)
def make_batch(actor: Actor) -> Response:
    """Put what waits in one batch; its page offers the file to print."""
    PressForm().validate_on_submit()
    try:
        with unit_of_work(actor) as work:
            batch_id = print_batch(work)
    except NotFound:
        flash(_("No letter waits to be printed."), "info")
        return redirect(url_for("postal_letters.listed"))
    return redirect(url_for("postal_letters.batch", batch_id=batch_id))


@bp.get("/<uuid:batch_id>")
@member(Permission.DO_HUB_TASKS)
def batch(actor: Actor, batch_id: UUID) -> str:
    """One batch: its file, its franking list, and what became of each letter."""
    today = local_date(ports().clock.now())
    return _batch_page(batch_id, PostedForm(data={"posted_on": today}))


@bp.get("/<uuid:batch_id>/lettres.pdf")
@member(Permission.DO_HUB_TASKS)
def sheets(actor: Actor, batch_id: UUID) -> Response:
    """The letters of a batch, one a page."""
    pdf = ports().papers.render_postal_batch(_paper(_letters(batch_id)))
    return download_of(pdf, "lettres.pdf")


@bp.get("/<uuid:batch_id>/affranchissement.csv")
@member(Permission.DO_HUB_TASKS)
def franking(actor: Actor, batch_id: UUID) -> Response:
    """The franking list of a batch: one line a letter, its address in six columns."""
    columns = [_("Number"), *(_("Line %(number)s", number=place) for place in range(1, 7))]
    rows = []
    for row in _letters(batch_id):
        lines = address_lines(row.organisation_name, row.address)
        rows.append([row.number, *lines, *[""] * (6 - len(lines))])
    return download_of(csv_of(columns, rows), "affranchissement.csv")


@bp.post("/<uuid:batch_id>/poster")
@member(Permission.DO_HUB_TASKS)
def posted(actor: Actor, batch_id: UUID) -> Any:
    """Say on which day a batch was posted."""
    form = PostedForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(actor) as work:
                mark_posted(work, batch_id, form.posted_on.data)
        except Invalid:
            form.posted_on.errors = [_("Give a date between the printing and today.")]
        else:
            flash(_("The letters are posted: their requests are delivered."), "ok")
            return redirect(url_for("postal_letters.batch", batch_id=batch_id))
    return _batch_page(batch_id, form), 422


@bp.post("/<uuid:batch_id>/retour/<uuid:letter_id>")
@member(Permission.DO_HUB_TASKS)
def returned(actor: Actor, batch_id: UUID, letter_id: UUID) -> Response:
    """Say that the post brought a letter back."""
    PressForm().validate_on_submit()
    with unit_of_work(actor) as work:
        mark_returned(work, letter_id)
    flash(
        _("The address goes to review. Once the directory is right, send the request again."), "ok"
    )
    return redirect(url_for("postal_letters.batch", batch_id=batch_id))


@bp.post("/<uuid:batch_id>/refaire/<uuid:letter_id>")
@member(Permission.DO_HUB_TASKS)
def again(actor: Actor, batch_id: UUID, letter_id: UUID) -> Response:
    """Send a returned request again, by the best way that the directory knows now."""
    PressForm().validate_on_submit()
    try:
        with unit_of_work(actor) as work:
            write_again(work, letter_id)
    except NotFound:
        raise
    except HubError:
        flash(_("This request is already on its way again, or over."), "info")
    else:
        flash(_("The request leaves again, by the best way that the directory knows."), "ok")
    return redirect(url_for("postal_letters.batch", batch_id=batch_id))


def _batch_page(batch_id: UUID, form: PostedForm) -> str:
    rows = _letters(batch_id)
    return render_template(
        "operator/postal_batch.html",
        batch_id=batch_id,
        rows=rows,
        form=form,
        is_posted=all(row.posted_on for row in rows),
    )


def _letters(batch_id: UUID) -> list[LetterRow]:
    rows = letters_of(reading(), batch_id)
    if not rows:
        raise NotFound(batch_id=batch_id)
    return rows


def _paper(rows: list[LetterRow]) -> PostalBatchPaper:
    """The letters in French, the language of the controllers; no person nor right is named."""
    with force_locale(LANGUAGE):
        masthead = Masthead(
            _("My rights, my health data"),
            _("A service of the Plateforme des données de santé"),
            _("Help by phone: %(phone)s", phone=settings().help_phone),
            "",
        )
        letters = tuple(_sheet(row, masthead) for row in rows)
        return PostalBatchPaper(LANGUAGE, masthead, _("Letters to controllers"), letters)


def _sheet(row: LetterRow, masthead: Masthead) -> PostalSheet:
    door = f"{settings().public_url.rstrip('/')}/repondre"
    return PostalSheet(
        sender=(masthead.service, masthead.operator),
        recipient=address_lines(row.organisation_name, row.address),
        place_and_date=day(row.printed_at),
        subject=_("A person exercises a right with your organisation"),
        facts=(
            Fact(_("Number of the case"), row.number),
            Fact(
                _("Code of our letter"), letter_code(ports().keyring, row.link_id, row.round_number)
            ),
            Fact(_("Page where you answer"), door),
            Fact(_("Answer due"), day(row.due_on)),
        ),
        paragraphs=(
            _(
                "A person has asked us to bring you a request about the personal data that your "
                "organisation controls (GDPR, articles 12 to 22)."
            ),
            _(
                "Open the page above, then enter the number and the code: you read the request and "
                "answer it there, without an account. The code opens this case alone; hand it to "
                "nobody but who answers."
            ),
            _(
                "No Internet, or a question? Call us: %(phone)s. To receive the next requests by "
                "e-mail, give us the address of your data protection officer.",
                phone=settings().help_phone,
            ),
            _("This letter may be opened by others: it names neither the person nor the right."),
        ),
    )
