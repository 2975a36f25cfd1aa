"""A failure is logged with what an operator needs, and never with the secret of a link."""

import logging
from uuid import uuid4


class LostKeys:
    """A keyring that cannot be read."""

    def blind_index(self, *_arguments):
        """Fails as a broken part does."""
        raise RuntimeError("keys lost")


def test_the_secret_of_a_link_is_in_no_log_when_its_page_fails(app, client, ports_with, caplog):
    app.extensions["ports"] = ports_with(keyring=LostKeys())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR):
        assert client.get(f"/en-mon-nom/{uuid4()}/un-jeton-secret").status_code == 500
    assert "keys lost" in caplog.text
    assert "/en-mon-nom/<uuid:rights_request_id>/<token>" in caplog.text
    assert "un-jeton-secret" not in caplog.text
