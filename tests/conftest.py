"""One hub for each test, on each engine, with the outside in memory and a clock that waits."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from apiflask import APIFlask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from config import Settings
from hub import create_app
from hub.adapters import papers
from hub.adapters.clock import FrozenClock
from hub.adapters.doorbell import MemoryDoorbell
from hub.adapters.files.active_pdf import inspect_pdf
from hub.adapters.files.checking import check_upload
from hub.adapters.files.memory import MemoryFileStore
from hub.adapters.journal import MemoryJournal
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.memory import MemoryMailer
from hub.adapters.mail_domains import MemoryMailDomains
from hub.adapters.outward.memory import MemoryCaller
from hub.bootstrap import keyring_of
from hub.commands.translations import compile_catalogues
from hub.domain.actors import Actor
from hub.domain.policies import policies_with
from hub.extensions import db
from hub.ports import Ports
from hub.services.unit_of_work import Work, unit_of_work
from tests.engines import Engines
from tests.pages import CheckedClient
from tests.scheduling import (  # noqa: F401  (hooks of this run)
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from tests.shared_between_tests import shared_between_tests

ENGINES = os.environ.get("RIGHTS_HUB_TEST_ENGINES", "sqlite,postgresql").split(",")
# Times depend on the machine and its neighbours: what must be quick has its own measure.
hypothesis.settings.register_profile("hub", deadline=None)
hypothesis.settings.load_profile("hub")

MEMORY = Path("/dev/shm")  # noqa: S108  (pytest makes folders of its own there)
ENOUGH_MEMORY = 3 * 2**30
NOW = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)

Unit = Callable[[Actor], AbstractContextManager[Work]]


def pytest_configure() -> None:
    """Keep the folders of tests in memory where there is room: making and dropping a database for
    each test is most of what a run waits for. TMPDIR, where set, is followed.
    """
    followed = {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys()
    if not followed and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


def pytest_collection_finish() -> None:
    """Search for dead cycles less often, and not among what was loaded to begin with, which lives
    as long as the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _words() -> None:
    """French is compiled once before anything is shown."""
    compile_catalogues()


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    """A fresh application for each test, without compiling the same things for each."""
    with shared_between_tests():
        yield


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Both engines, each with an empty migrated database to copy."""
    kept = Engines(tmp_path_factory.mktemp("engines"))
    yield kept
    kept.stop()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine of this run of the test."""
    return str(request.param)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock at 14 September 2026, 10 h 02 in Paris."""
    return FrozenClock(NOW)


@pytest.fixture
def settings(tmp_path: Path, engines: Engines, engine_name: str) -> Iterator[Settings]:
    """Settings of a hub on a fresh copy of the migrated database."""
    url = engines.fresh(engine_name, tmp_path)
    yield Settings.for_tests(tmp_path, database_url=url)
    engines.drop(engine_name, url)


@pytest.fixture
def ports(settings: Settings, clock: FrozenClock) -> Ports:
    """The outside in memory."""
    return Ports(
        clock=clock,
        keyring=keyring_of(settings),
        mailer=MemoryMailer(),
        files=MemoryFileStore(),
        check_upload=check_upload,
        inspect_pdf=inspect_pdf,
        papers=papers,
        doorbell=MemoryDoorbell(),
        logs=LogFolder(settings.home / "logs"),
        journal=MemoryJournal(),
        outward=MemoryCaller(),
        mail_domains=MemoryMailDomains(),
        # As in a demonstration without provider of identity: the secret code opens answers.
        policies=policies_with({"proofs.asked": 0}),
    )


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for the whole run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture
def app(
    settings: Settings, ports: Ports, compiled_pages: FileSystemBytecodeCache
) -> Iterator[APIFlask]:
    """The whole application, migrated and empty."""
    app = create_app(settings, ports)
    app.jinja_env.bytecode_cache = compiled_pages
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: APIFlask) -> Session:
    """What pages read with; ends its transaction so that it sees the last commit."""
    db.session.rollback()
    return db.session  # type: ignore[return-value]


@pytest.fixture
def unit(app: APIFlask, ports: Ports) -> Unit:
    """Opens a unit of work for an actor."""

    def open_unit(actor: Actor) -> AbstractContextManager[Work]:
        db.session.rollback()
        return unit_of_work(actor, engine=db.engine, ports=ports)

    return open_unit


@pytest.fixture
def client(app: APIFlask) -> CheckedClient:
    """A visitor whose every page is checked."""
    app.test_client_class = CheckedClient
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def ports_with(ports: Ports) -> Callable[..., Ports]:
    """The same outside with one part replaced."""
    return lambda **parts: replace(ports, **parts)
