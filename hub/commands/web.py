"""rights-hub web: the pages and the API, served by gunicorn threads."""

from __future__ import annotations

import gc
import os
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from config import Settings
from hub import create_app
from hub.adapters.log_lines import LineFormatter, keep_log_lines

GRACE_S = 8
LONGEST_ADDRESS = 8190
"""Bytes of the first line of a call: the longest query that the API describes has room there."""
REQUESTS_BEFORE_RENEWAL = 20_000
GARBAGE_AFTER = 20_000
"""Objects made before Python looks for garbage: a filing makes some thousands, kept briefly."""


class ServerLog(Logger):
    """What gunicorn says, in the lines of the hub's log."""

    def setup(self, cfg: Any) -> None:
        """Set the log up as gunicorn does, then change the form of its lines."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter())


class HubServer(BaseApplication):
    """Gunicorn with its settings from ours; each process builds its own application."""

    def __init__(self, settings: Settings, bind: str, gate: int | None = None) -> None:
        self.settings = settings
        self.bind = bind
        self.gate = gate
        super().__init__()

    def load_config(self) -> None:
        """Threads, because most of a page's time is spent waiting for the database."""
        options: dict[str, Any] = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": self.settings.web_processes,
            "threads": self.settings.web_threads,
            "preload_app": False,
            "graceful_timeout": GRACE_S - 2,
            "timeout": 60,
            "keepalive": 5,
            "max_requests": REQUESTS_BEFORE_RENEWAL,
            "max_requests_jitter": REQUESTS_BEFORE_RENEWAL // 10,
            "control_socket_disable": True,
            "limit_request_line": LONGEST_ADDRESS,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": ServerLog,
            # With its folder: a supervisor knows its own by it.
            "proc_name": f"rights-hub web --home={self.settings.home}",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one process, once the database is ready; callers wait meanwhile."""
        app = create_app(self.settings)
        gc.collect()
        gc.freeze()  # what lives as long as the process is looked through no more
        gc.set_threshold(GARBAGE_AFTER)
        if self.gate is not None:
            os.read(self.gate, 1)
        return app


@click.command()
@click.option("--role", default="web", help="Shown in the list of processes.")
@click.option("--home", help="Shown in the list of processes.")
@click.option("--descriptor", type=int, help="A bound socket, inherited from `up`.")
@click.option("--gate", type=int, help="A pipe whose end says that the database is ready.")
def web(role: str, home: str | None, descriptor: int | None, gate: int | None) -> None:
    """Serve the pages and the API on PORT."""
    keep_log_lines()
    settings = Settings.from_environment()
    address = f"{settings.listen_address}:{settings.port}"
    HubServer(settings, address if descriptor is None else f"fd://{descriptor}", gate).run()


if __name__ == "__main__":
    web()
