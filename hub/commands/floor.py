"""The floor of a measurement: a bare Flask view that does one INSERT and one COMMIT."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, text

from hub.adapters.database import prepare_engine


class Floor(BaseApplication):
    """A gunicorn with the same processes and threads as the hub's own."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.url = url
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The bare application of one process."""
        return bare_app(self.url)


def bare_app(url: str) -> Flask:
    """One view, one INSERT, one COMMIT, on the engine set up as the hub sets it up."""
    app = Flask(__name__)
    engine = create_engine(url).execution_options(takes_write_lock=True)
    prepare_engine(engine)

    @app.post("/")
    def insert() -> str:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO bench_floor (said) VALUES ('x')"))
        return "ok"

    return app


def main(url: str, descriptor: str, processes: str, threads: str) -> None:
    """Make the table, then serve on an inherited socket until told to stop."""
    engine = create_engine(url)
    prepare_engine(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_floor (said TEXT)"))
    engine.dispose()
    options = {
        "bind": f"fd://{descriptor}",
        "worker_class": "gthread",
        "workers": int(processes),
        "threads": int(threads),
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    Floor(url, options).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
