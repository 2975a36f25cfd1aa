"""Letters by post to the person represented: that a filing was made, or her own code."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from hub.papers import Fact, LetterPaper, NextSteps
from hub.queries.hub_tasks import TaskPage
from hub.web.filters import day
from hub.web.masthead import case_masthead
from hub.web.representation_words import filed_by_words
from hub.web.work import settings


def telling_letter(found: TaskPage, at: datetime) -> LetterPaper:
    """That a request was made in her name; neither the right nor whom it was asked of."""
    with force_locale(found.language):
        who = filed_by_words(found.acting.capacity if found.acting else None, found.channel)
        made = _(
            "On %(date)s a request to use your rights over your data was made %(who)s.",
            date=day(found.filed_at),
            who=who,
        )
        paragraphs = (
            made,
            _("If you know about it, you have nothing to do."),
            _(
                "If it was not with your agreement, or if you want to end a mandate, call "
                "%(phone)s with the reference above: we stop everything at once.",
                phone=settings().help_phone,
            ),
            _(
                "This letter may be opened by others: it does not say what was asked, nor of whom. "
                "We tell you by telephone."
            ),
        )
        subject = _("a request made in your name")
        return _letter(found, at, subject, paragraphs, ())


def code_letter(found: TaskPage, secret: str, at: datetime) -> LetterPaper:
    """Her own code: once the mandate has ended, or since it leaves the answers to her."""
    with force_locale(found.language):
        paragraphs = (
            *_why_written(found),
            _(
                "To follow the request and read the answers, go to %(address)s and enter the "
                "reference and the secret code above. Give the code to nobody: it alone opens the "
                "answers.",
                address=f"{settings().public_url.rstrip('/')}/suivre",
            ),
        )
        more = (Fact(_("Your secret code"), secret),)
        return _letter(found, at, _("your own secret code"), paragraphs, more)


def _why_written(found: TaskPage) -> tuple[str, ...]:
    if found.acting is None or found.acting.ended_on:
        return (
            _(
                "The mandate under which somebody acted for you has ended. Whoever acted for you "
                "can open nothing any more."
            ),
        )
    return (
        _(
            "On %(date)s a request to use your rights over your data was made %(who)s.",
            date=day(found.filed_at),
            who=filed_by_words(found.acting.capacity, found.channel),
        ),
        _("Its answers come to you alone: nobody else was given the code that opens them."),
        _(
            "If it was not with your agreement, or if you want to end a mandate, call "
            "%(phone)s with the reference above: we stop everything at once.",
            phone=settings().help_phone,
        ),
    )


def _letter(
    found: TaskPage,
    at: datetime,
    subject: str,
    paragraphs: tuple[str, ...],
    more: tuple[Fact, ...],
) -> LetterPaper:
    masthead = case_masthead(found.reference)
    lines = (found.name, *found.postal_address.splitlines())
    return LetterPaper(
        language=found.language,
        masthead=masthead,
        sender=(masthead.service, masthead.operator),
        recipient=tuple(line for line in lines if line.strip()),
        place_and_date=day(at),
        subject=Fact(_("Subject:"), subject),
        facts=(Fact(_("Reference of your request"), found.reference), *more),
        paragraphs=paragraphs,
        signature=(masthead.service,),
        enclosures=NextSteps("", ()),
    )
