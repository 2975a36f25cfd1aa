"""The sockets the supervisor holds, so that no restart of a child loses them."""

from __future__ import annotations

import errno
import http.client
import socket
from pathlib import Path
from urllib.parse import urlsplit

from config import Settings
from hub.state_folder import (
    intake_port_file,
    mail_port_file,
    remembered_intake_port,
    write_atomically,
)


class PortNotFree(Exception):
    """The port of the site cannot be had."""


def bind_site(address: str, port: int) -> socket.socket:
    """The socket of the site, bound and not yet listening. Raises PortNotFree."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise PortNotFree(_why(error, address, port)) from error
    return listener


def bind_mailcatcher(settings: Settings) -> socket.socket:
    """The socket of the mail catcher: the port of the last time if it is free, else another."""
    return _bound_again("127.0.0.1", settings.mail_port, mail_port_file(settings.home))


def bind_intake(settings: Settings) -> socket.socket:
    """The socket where mails are taken in. Raises PortNotFree for one that was chosen."""
    where = urlsplit(settings.mail_intake or "")
    host, port = where.hostname or "127.0.0.1", where.port or 0
    file = intake_port_file(settings.home)
    if port == remembered_intake_port(settings.home):
        return _bound_again(host, port, file)
    return bind_site(host, port)


def _bound_again(address: str, port: int, file: Path) -> socket.socket:
    """The port of the last time if it is free, else another, which is remembered."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        listener.bind((address, 0))
    write_atomically(file, str(listener.getsockname()[1]))
    return listener


def status_of(address: str, port: int, path: str) -> int:
    """The HTTP status with which the site answers this path, 0 for no answer."""
    host = "127.0.0.1" if address == "0.0.0.0" else address  # noqa: S104  # nosec B104 (compared)
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _why(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is already used by another program. "
            f"Choose another: PORT={port % 65535 + 1} make run"
        )
    return f"Port {port} of {address} cannot be used ({error.strerror}). Choose another: PORT=8001"
