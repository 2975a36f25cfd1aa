"""`rights-hub keys`: a rotation under filings loses nothing, resumes, and retires with care."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask
from click.testing import CliRunner, Result
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Settings
from hub.adapters.clock import FrozenClock
from hub.adapters.keyring import Keyring
from hub.commands import keys as command
from hub.domain.actors import SYSTEM
from hub.domain.audit_log import HUB_STREAM, EventKind
from hub.extensions import db
from hub.key_file import KeyFile, KeysUnreadable, read_keys
from hub.models.audit_event import AuditEvent
from hub.models.key_holders import HOLDERS
from hub.models.rights_request import DataKey, Identity, KeyClass
from hub.ports import Ports
from hub.queries.wrapped_keys import count_by_key, wrapped_by_others
from hub.sealing import Place, RequestKeys
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.rotating_keys import Rewrapped, write_batch
from hub.services.unit_of_work import unit_of_work
from hub.state_folder import kept_secrets, new_hub_keys, secrets_file
from tests.conftest import Unit
from tests.factories import PERSON, Case, draft_for, open_case, planned

Run = Callable[..., Result]


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """A file of keys, as `rights-hub keys` makes it."""
    path = tmp_path / "hub.keys"
    path.write_text(new_hub_keys())
    return KeyFile(path)


@pytest.fixture
def settings(settings: Settings, key_file: KeyFile) -> Settings:
    """A hub whose keys are in that file."""
    keys = key_file.read()
    return replace(
        settings,
        hub_keys=keys.wrapping,
        hub_key_current=keys.current,
        pepper=keys.others["pepper"],
        index_key=keys.others["index"],
        keys_file=key_file.path,
    )


@pytest.fixture
def run(app: APIFlask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the test's hub."""
    monkeypatch.setattr(command, "create_app", lambda _: app)
    monkeypatch.setattr(command.Settings, "from_environment", classmethod(lambda _: settings))
    return lambda *arguments: CliRunner().invoke(command.keys, arguments)


@pytest.fixture
def case(unit: Unit, ports: Ports) -> Case:
    """One request, under the first key."""
    return open_case(unit, ports)


def given_names(session: Session, ports: Ports, rights_request_id: UUID) -> str:
    """What her identity opens to, with the keys that a process holds."""
    session.rollback()
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    sealed = session.get_one(Identity, rights_request_id).sealed
    keys = RequestKeys(session, ports.keyring)
    return str(keys.open_facts(place, sealed)["given_names"])


def test_a_rotation_wraps_everything_anew_and_a_running_process_reads_it_at_once(
    run: Run, case: Case, session: Session, ports: Ports
) -> None:
    rotated = run("rotate")
    assert rotated.exit_code == 0, rotated.output
    assert "data keys wrapped anew: 3; left: 0" in rotated.output
    session.rollback()
    assert count_by_key(session) == {2: 3}
    assert given_names(session, ports, case.receipt.rights_request_id) == PERSON.given_names
    assert ports.keyring.new_data_key()[1][0] == 2


def test_the_list_says_ids_rows_and_age_and_shows_no_key(
    run: Run, case: Case, key_file: KeyFile, clock: FrozenClock
) -> None:
    run("rotate")
    clock.advance(days=9)
    shown = run("list")
    assert shown.exit_code == 0
    assert [line.split() for line in shown.output.splitlines()] == [
        ["id", "state", "data", "keys", "age"],
        ["1", "unwraps", "0", "not", "recorded"],
        ["2", "current", "3", "9", "days"],
    ]
    secrets = [line.partition(":")[2].partition("@")[0] for line in _lines(key_file)]
    assert not [one for one in secrets if len(one) > 20 and one in shown.output]


def test_data_keys_whose_hub_key_is_lost_are_told(
    run: Run, case: Case, key_file: KeyFile, clock: FrozenClock
) -> None:
    run("rotate")
    key_file.write(key_file.read().with_current(1, clock.now()).without(2))
    shown = run("list")
    assert shown.exit_code == 1
    assert "3 data keys are wrapped by a key that is not here" in shown.output


def test_filings_go_on_during_a_rotation_and_all_of_them_open_afterwards(
    run: Run, app: APIFlask, unit: Unit, ports: Ports, session: Session, case: Case
) -> None:
    filed: list[UUID] = [case.receipt.rights_request_id]
    begun, over = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def file_until_over() -> None:
        with app.app_context():
            while not (over.is_set() and len(filed) > 5):
                try:
                    filed.append(_filed(app, ports, case))
                except BaseException as error:
                    failed.append(error)
                    return
                finally:
                    begun.set()

    filing = threading.Thread(target=file_until_over)
    filing.start()
    begun.wait(10)
    rotated = run("rotate")
    over.set()
    filing.join(30)
    assert not failed
    assert rotated.exit_code == 0, rotated.output
    assert run("rotate").exit_code == 0
    session.rollback()
    names = {given_names(session, ports, one) for one in filed}
    assert names == {PERSON.given_names}
    assert len(filed) > 5


def _filed(app: APIFlask, ports: Ports, case: Case) -> UUID:
    draft = draft_for(planned(case.organisation_id, case.processing_id))
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit_of_work(draft.actor, engine=db.engine, ports=ports) as work:
        return file_request(work, plan).rights_request_id


def test_a_rotation_stopped_half_way_goes_on_with_the_same_key(
    run: Run, case: Case, session: Session, ports: Ports, unit: Unit, key_file: KeyFile
) -> None:
    run("rotate")
    session.rollback()
    former = _wrapped_under_first_key(session, ports, key_file)
    with unit(SYSTEM) as work:
        work.session.execute(
            update(DataKey).where(DataKey.key_class == KeyClass.CONTENT).values(wrapped=former)
        )
    resumed = run("rotate")
    assert "Key 2 wraps now; data keys wrapped anew: 1; left: 0" in resumed.output


def _wrapped_under_first_key(session: Session, ports: Ports, key_file: KeyFile) -> bytes:
    wrapped = session.scalars(
        select(DataKey.wrapped).where(DataKey.key_class == KeyClass.CONTENT)
    ).one()
    assert wrapped is not None
    keys = key_file.read()
    as_it_was = Keyring(keys.wrapping, 1, keys.others["pepper"], keys.others["index"])
    return as_it_was.rewrap(wrapped)


def test_a_key_shredded_during_a_rotation_stays_shredded(
    run: Run, case: Case, session: Session, unit: Unit, ports: Ports
) -> None:
    [batch] = list(wrapped_by_others(session, HOLDERS[0], 2, 10))
    ready = [Rewrapped(row, ports.keyring.rewrap(row.wrapped)) for row in batch]
    with unit(SYSTEM) as work:
        work.session.execute(update(DataKey).values(wrapped=None))
    with unit(SYSTEM) as work:
        write_batch(work, HOLDERS[0], ready)
    session.rollback()
    assert set(session.scalars(select(DataKey.wrapped))) == {None}


class TestRetiring:
    def test_the_old_key_goes_once_nothing_needs_it(
        self, run: Run, case: Case, session: Session, ports: Ports, clock: FrozenClock
    ) -> None:
        run("rotate")
        clock.advance(minutes=16)
        retired = run("retire", "1")
        assert retired.exit_code == 0, retired.output
        assert "keep a copy of the former file" in retired.output
        assert given_names(session, ports, case.receipt.rights_request_id) == PERSON.given_names
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.stream_id == HUB_STREAM))
        assert list(kinds).count(EventKind.KEYS_CHANGED) == 2

    def test_it_is_refused_while_a_data_key_needs_it(
        self, run: Run, case: Case, key_file: KeyFile, clock: FrozenClock
    ) -> None:
        key_file.write(key_file.read().with_new(clock.now()).with_current(2, clock.now()))
        clock.advance(minutes=16)
        refused = run("retire", "1")
        assert refused.exit_code == 1
        assert "3 data keys are still wrapped by key 1" in refused.output
        assert 1 in key_file.read().wrapping

    def test_it_is_refused_in_the_first_minutes_for_what_is_being_filed(
        self, run: Run, case: Case, clock: FrozenClock
    ) -> None:
        run("rotate")
        clock.advance(minutes=14)
        assert "less than 15 minutes old" in run("retire", "1").output

    def test_the_key_that_wraps_is_never_taken_away(self, run: Run, case: Case) -> None:
        assert "rotate first" in run("retire", "1").output


class TestOnSeveralMachines:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """The scaled mode, where each machine has its copy of the file."""
        return replace(settings, mode="scaled")

    def test_a_key_is_added_spread_then_used(
        self, run: Run, case: Case, ports: Ports, session: Session
    ) -> None:
        assert "run\n`rights-hub keys add`" in run("rotate").output.replace(" `", "\n`")
        added = run("add")
        assert added.exit_code == 0, added.output
        assert ports.keyring.new_data_key()[1][0] == 1
        assert "was added already" in run("add").output
        assert "Key 2 wraps now" in run("rotate").output
        session.rollback()
        assert count_by_key(session) == {2: 3}

    def test_keys_of_the_environment_are_changed_by_hand_and_the_command_says_how(
        self, run: Run, case: Case, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare = replace(settings, keys_file=None)
        monkeypatch.setattr(command.Settings, "from_environment", classmethod(lambda _: bare))
        refused = run("add")
        assert refused.exit_code == 1
        assert "RIGHTS_HUB_KEY_CURRENT=1" in refused.output
        entry = refused.output.splitlines()[-1]
        assert entry.startswith("2:")
        assert read_keys(new_hub_keys() + entry).current == 2


class TestTheFile:
    def test_it_comes_back_as_it_was_written(self, key_file: KeyFile, clock: FrozenClock) -> None:
        kept = key_file.read().with_new(clock.now()).with_current(2, clock.now())
        key_file.write(kept)
        assert key_file.read() == kept

    @pytest.mark.parametrize(
        "text", ["1:AAAA", "256:" + "A" * 43 + "=", "current:9", "1:x@yesterday", "pepper:x"]
    )
    def test_what_is_no_key_is_refused_without_being_shown(self, text: str) -> None:
        with pytest.raises(KeysUnreadable) as refusal:
            read_keys(new_hub_keys() + text)
        assert text not in str(refusal.value)

    def test_a_file_that_cannot_be_read_now_leaves_the_keys_as_they_are(
        self, key_file: KeyFile
    ) -> None:
        assert key_file.read_if_changed() is not None
        assert key_file.read_if_changed() is None
        key_file.path.write_text("half a fi")
        assert key_file.read_if_changed() is None

    def test_the_secrets_of_the_state_folder_keep_their_other_half(
        self, tmp_path: Path, clock: FrozenClock
    ) -> None:
        before = kept_secrets(tmp_path)
        file = KeyFile(secrets_file(tmp_path))
        file.write(file.read().with_new(clock.now()))
        after = kept_secrets(tmp_path)
        assert after["secret_key"] == before["secret_key"]
        assert set(read_keys(after["keys"]).wrapping) == {1, 2}


def test_each_column_that_holds_a_wrapped_data_key_is_known_to_the_rotation() -> None:
    named = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("wrapped")
    }
    known = {(one.table.name, one.column.key) for one in HOLDERS}
    # The person's own box is under her secret alone: no key of the hub wraps it.
    assert named - known == {("rights_request", "box_private_wrapped")}


def _lines(key_file: KeyFile) -> list[str]:
    return key_file.path.read_text().splitlines()
