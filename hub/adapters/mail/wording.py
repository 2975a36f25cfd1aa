"""Words a mail order in its reader's language, from templates/emails/<kind>/."""

from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, current_app, render_template
from flask_babel import force_locale

from hub.ports import Mailer, MailOrder, OutgoingMail


def word(order: MailOrder) -> OutgoingMail:
    """The subject, text and HTML of an order; needs an application context."""
    with force_locale(order.language):
        facts: dict[str, Any] = {
            **order.facts,
            "language": order.language,
            "help_phone": current_app.extensions["settings"].help_phone,
        }
        folder = f"emails/{order.kind}"
        return OutgoingMail(
            to=order.to,
            subject=" ".join(render_template(f"{folder}/subject.txt", **facts).split()),
            text=render_template(f"{folder}/body.txt", **facts),
            html=render_template(f"{folder}/body.html", **facts),
            message_id=order.message_id,
            language=order.language,
            reply_to=order.reply_to,
            envelope_from=order.envelope_from,
        )


class WordedCorrespondence:
    """Words each order and hands it to a mailer."""

    def __init__(self, app: Flask, mailer: Mailer) -> None:
        self._app = app
        self._mailer = mailer

    def conversation(self) -> AbstractContextManager[None]:
        """What is sent in the block may share one connection."""
        return self._mailer.conversation()

    def send(self, order: MailOrder) -> None:
        """Word and send; raises MailUnavailable or MailRefused."""
        with self._app.app_context():
            mail = word(order)
        self._mailer.send(mail)
