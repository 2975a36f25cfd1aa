"""Writers to one database take turns, and none waits for itself."""

from __future__ import annotations

import time

from sqlalchemy import text

from hub.adapters.database import BUSY_TIMEOUT_S
from hub.extensions import db


def test_who_begins_again_on_the_same_connection_does_not_wait_for_itself(app):
    began = time.monotonic()
    with db.engine.execution_options(takes_write_lock=True).connect() as connection:
        for _ in range(3):
            connection.execute(text("UPDATE organisation SET name = name"))
            connection.commit()
    assert time.monotonic() - began < BUSY_TIMEOUT_S
    with db.engine.execution_options(takes_write_lock=True).connect() as after:
        after.execute(text("UPDATE organisation SET name = name"))
    assert time.monotonic() - began < BUSY_TIMEOUT_S
