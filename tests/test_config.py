"""A hub reads its settings once, keeps its secrets, and says plainly what is missing."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from config import (
    SettingInvalid,
    Settings,
    SettingsError,
    SettingsMissing,
    StateFolderNotWritable,
)
from hub.domain.identity_providers import Provider
from hub.state_folder import SecretsUnreadable, new_hub_keys

SCALED = {
    "RIGHTS_HUB_MODE": "scaled",
    "DATABASE_URL": "postgresql://hub:letmein@db.example/hub",
    "REDIS_URL": "redis://:letmein@redis.example/0",
    "RIGHTS_HUB_SECRET_KEY": "a long secret that nobody guesses",
}


def embedded(home: Path, **more: str) -> Settings:
    return Settings.from_environment({"RIGHTS_HUB_HOME": str(home), **more})


def scaled(home: Path, **more: str) -> Settings:
    keys = {"RIGHTS_HUB_KEYS": new_hub_keys()}
    return Settings.from_environment(SCALED | keys | {"RIGHTS_HUB_HOME": str(home)} | more)


def test_an_empty_environment_gives_a_whole_embedded_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.mode == "embedded"
    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/hub.sqlite3"
    assert settings.public_url == "http://localhost:8000"
    assert settings.demonstration
    assert settings.mail_spool == tmp_path / "var" / "mail"


def test_the_embedded_secrets_are_made_once_and_found_again(tmp_path: Path) -> None:
    first, second = embedded(tmp_path), embedded(tmp_path)
    assert first.secret_key == second.secret_key
    assert (first.hub_keys, first.pepper) == (second.hub_keys, second.pepper)
    assert first.pepper != first.index_key


def test_the_secrets_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    embedded(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_processes_that_start_at_once_share_the_same_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: embedded(tmp_path).secret_key, range(8)))
    assert len(set(found)) == 1


def test_secrets_that_cannot_be_read_are_never_replaced(tmp_path: Path) -> None:
    embedded(tmp_path)
    damaged = tmp_path / "secrets.json"
    damaged.write_text('{"secret_key": ')
    with pytest.raises(SecretsUnreadable, match=r"Restore it from a backup"):
        embedded(tmp_path)
    assert damaged.read_text() == '{"secret_key": '


def test_the_scaled_mode_names_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsMissing) as refusal:
        Settings.from_environment({"RIGHTS_HUB_MODE": "scaled", "RIGHTS_HUB_HOME": str(tmp_path)})
    message = str(refusal.value)
    for name in ("DATABASE_URL", "REDIS_URL", "RIGHTS_HUB_SECRET_KEY", "RIGHTS_HUB_KEYS"):
        assert name in message
    assert "rights-hub keys" in message


@pytest.mark.parametrize("absent", sorted(SCALED.keys() - {"RIGHTS_HUB_MODE"}))
def test_the_scaled_mode_never_makes_a_secret_by_itself(tmp_path: Path, absent: str) -> None:
    with pytest.raises(SettingsMissing, match=absent):
        scaled(tmp_path, **{absent: ""})


def test_keys_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "hub.keys"
    file.write_text(new_hub_keys())
    settings = scaled(tmp_path, RIGHTS_HUB_KEYS=str(file))
    assert settings.hub_key_current == 1
    assert {len(key) for key in settings.hub_keys.values()} == {32}


def test_the_newest_key_is_current_unless_told_otherwise(tmp_path: Path) -> None:
    rotated = new_hub_keys() + "2:" + base64.b64encode(b"\x07" * 32).decode()
    assert scaled(tmp_path, RIGHTS_HUB_KEYS=rotated).hub_key_current == 2
    kept = scaled(tmp_path, RIGHTS_HUB_KEYS=rotated, RIGHTS_HUB_KEY_CURRENT="1")
    assert kept.hub_key_current == 1


@pytest.mark.parametrize(
    "keys",
    ["1:tooshort", "1:" + base64.b64encode(b"k" * 31).decode(), "./nothing-here", "1:é"],
)
def test_keys_that_are_no_keys_are_refused(tmp_path: Path, keys: str) -> None:
    with pytest.raises(SettingInvalid, match=r"RIGHTS_HUB_KEYS"):
        scaled(tmp_path, RIGHTS_HUB_KEYS=keys)


def test_keys_without_a_pepper_are_not_enough(tmp_path: Path) -> None:
    only = "1:" + base64.b64encode(b"k" * 32).decode()
    with pytest.raises(SettingsMissing, match=r"pepper"):
        scaled(tmp_path, RIGHTS_HUB_KEYS=only)


def test_the_scaled_mode_has_no_demonstration_and_catches_no_mail(tmp_path: Path) -> None:
    settings = scaled(tmp_path, MAIL_SERVER="smtp.example", MAIL_PORT="587", MAIL_USE_TLS="yes")
    assert not settings.demonstration
    assert settings.mail_spool is None
    assert settings.valkey_folder is None
    assert (settings.mail_server, settings.mail_port) == ("smtp.example", 587)
    assert settings.mail_use_tls


@pytest.mark.parametrize(
    ("name", "text"),
    [("PORT", "eighty"), ("PORT", "70000"), ("PORT", "-1"), ("RIGHTS_HUB_MODE", "cloud")],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        embedded(tmp_path, **{name: text})


def test_no_secret_is_shown_when_settings_are_printed(tmp_path: Path) -> None:
    settings = scaled(tmp_path, MAIL_PASSWORD="hunter2")
    shown = f"{settings!r} {settings!s}"
    assert "letmein" not in shown
    assert "hunter2" not in shown
    assert settings.secret_key not in shown
    assert repr(settings.pepper) not in shown
    assert repr(settings.hub_keys[1]) not in shown


def test_a_long_state_folder_still_gets_a_socket_that_fits(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 110)
    first, second = embedded(home), embedded(home)
    folder = first.valkey_folder
    assert folder is not None
    assert len(os.fsencode(folder / "v.sock")) <= 107
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert second.valkey_folder == folder


def test_a_short_socket_folder_opened_to_others_is_not_trusted_again(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 110)
    first = embedded(home).valkey_folder
    assert first is not None
    first.chmod(0o777)
    assert embedded(home).valkey_folder != first


def test_a_state_folder_that_is_a_file_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("not a folder")
    with pytest.raises(StateFolderNotWritable, match=r"RIGHTS_HUB_HOME=") as refusal:
        embedded(tmp_path / "taken" / "var")
    assert str(tmp_path) in str(refusal.value)


def test_cookies_are_secure_only_where_the_public_address_is(tmp_path: Path) -> None:
    assert not embedded(tmp_path).is_public_url_secure
    secure = embedded(tmp_path, RIGHTS_HUB_PUBLIC_URL="https://droits.example/")
    assert secure.is_public_url_secure
    assert secure.public_url == "https://droits.example"
    assert "droits.example" in secure.trusted_hosts


def test_a_policy_is_changed_by_its_own_variable(tmp_path: Path) -> None:
    settings = embedded(tmp_path, RIGHTS_HUB_RETENTION_CONTENT_MONTHS="18")
    assert settings.policies.retention.content_months == 18
    assert embedded(tmp_path).policies.retention.content_months == 12


@pytest.mark.parametrize("text", ["48", "0", "-1", "a year", "１２"])
def test_a_policy_out_of_bounds_stops_the_start_and_says_its_bounds(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(SettingInvalid, match=r"RIGHTS_HUB_RETENTION_CONTENT_MONTHS .* 6 to 36"):
        embedded(tmp_path, RIGHTS_HUB_RETENTION_CONTENT_MONTHS=text)


def test_policies_that_contradict_stop_the_start_and_name_both(tmp_path: Path) -> None:
    changes = {
        "RIGHTS_HUB_RETENTION_CONTENT_MONTHS": "24",
        "RIGHTS_HUB_RETENTION_PROCEDURE_MONTHS": "24",
    }
    with pytest.raises(SettingInvalid, match=r"CONTENT_MONTHS must be less than .*PROCEDURE"):
        embedded(tmp_path, **changes)


def test_the_day_the_register_of_opt_outs_opens_has_its_own_variable(tmp_path: Path) -> None:
    settings = embedded(tmp_path, RIGHTS_HUB_OPT_OUTS_FROM_ON="2028-01-01")
    assert settings.policies.opt_outs.from_on == date(2028, 1, 1)
    assert embedded(tmp_path).policies.opt_outs.from_on == date(2029, 3, 26)
    with pytest.raises(SettingInvalid, match=r"RIGHTS_HUB_OPT_OUTS_FROM_ON .* a date"):
        embedded(tmp_path, RIGHTS_HUB_OPT_OUTS_FROM_ON="soon")


def test_the_journal_is_in_the_state_folder_unless_another_disk_is_named(tmp_path: Path) -> None:
    assert embedded(tmp_path).journal_folder == tmp_path / "journal"
    elsewhere = embedded(tmp_path, RIGHTS_HUB_JOURNAL="/mnt/second/journal")
    assert elsewhere.journal_folder == Path("/mnt/second/journal")


@pytest.mark.parametrize("given", ["AGE-SECRET-KEY-1QQQ", "age1", "ssh-ed25519 AAAA"])
def test_a_recovery_key_that_is_no_public_key_is_refused_with_the_way_to_make_it(
    tmp_path: Path, given: str
) -> None:
    with pytest.raises(SettingInvalid, match="public half"):
        embedded(tmp_path, RIGHTS_HUB_JOURNAL_RECIPIENT=given)


FRANCECONNECT = {
    "RIGHTS_HUB_FRANCECONNECT_ISSUER": "https://oidc.example/api/v2/",
    "RIGHTS_HUB_FRANCECONNECT_CLIENT_ID": "our-id",
    "RIGHTS_HUB_FRANCECONNECT_CLIENT_SECRET": "our-own-secret",
}


def test_a_provider_of_identity_is_offered_once_it_is_registered(tmp_path: Path) -> None:
    assert not embedded(tmp_path).registrations
    settings = embedded(tmp_path, **FRANCECONNECT, RIGHTS_HUB_FRANCECONNECT_PKCE="no")
    known = settings.registrations[Provider.FRANCECONNECT]
    assert (known.issuer, known.client_id) == ("https://oidc.example/api/v2", "our-id")
    assert not known.uses_pkce
    assert list(settings.registrations) == [Provider.FRANCECONNECT]
    assert "our-own-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"RIGHTS_HUB_FRANCECONNECT_CLIENT_ID": ""}, "CLIENT_ID"),
        ({"RIGHTS_HUB_FRANCECONNECT_CLIENT_SECRET": ""}, "CLIENT_SECRET"),
        ({"RIGHTS_HUB_FRANCECONNECT_CLIENT_SECRET": "short"}, "too short"),
        ({"RIGHTS_HUB_FRANCECONNECT_CLIENT_KEY": "/nowhere/key.pem"}, "cannot be read"),
        ({"RIGHTS_HUB_FRANCECONNECT_ISSUER": "http://oidc.example/api/v2"}, "ISSUER"),
    ],
)
def test_a_provider_half_registered_stops_the_start(
    tmp_path: Path, change: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        embedded(tmp_path, **(FRANCECONNECT | change))


@pytest.mark.parametrize("made", [embedded, scaled])
def test_only_a_demonstration_opens_answers_without_proof_unless_told_otherwise(
    made: Callable[..., Settings], tmp_path: Path
) -> None:
    shown, asked = {"RIGHTS_HUB_DEMONSTRATION": "yes"}, "RIGHTS_HUB_PROOFS_ASKED"
    assert made(tmp_path, **shown).policies.proofs.asked == 0
    assert made(tmp_path, **shown, **{asked: ""}).policies.proofs.asked == 0
    assert made(tmp_path, **shown, **{asked: "1"}).policies.proofs.asked == 1
    assert made(tmp_path, RIGHTS_HUB_DEMONSTRATION="no").policies.proofs.asked == 1
    assert made(tmp_path, RIGHTS_HUB_DEMONSTRATION="no", **{asked: "0"}).policies.proofs.asked == 0


def test_only_a_demonstration_may_call_this_machine(tmp_path: Path) -> None:
    near = {"RIGHTS_HUB_WEBHOOK_LOOPBACK": "yes"}
    assert not embedded(tmp_path).webhook_loopback
    assert embedded(tmp_path, **near).webhook_loopback
    with pytest.raises(SettingInvalid, match=r"RIGHTS_HUB_WEBHOOK_LOOPBACK"):
        scaled(tmp_path / "scaled", **near)


S3 = {
    "RIGHTS_HUB_FILES": "s3",
    "RIGHTS_HUB_S3_ENDPOINT": "https://s3.example",
    "RIGHTS_HUB_S3_BUCKET": "hub-files",
    "RIGHTS_HUB_S3_REGION": "fr-par",
    "RIGHTS_HUB_S3_KEY_ID": "hub",
    "RIGHTS_HUB_S3_SECRET": "only the hub knows it",
}


def test_files_stay_on_the_disk_unless_a_bucket_is_chosen(tmp_path: Path) -> None:
    assert embedded(tmp_path).files_place == "disk"
    assert embedded(tmp_path).bucket is None
    chosen = embedded(tmp_path, **S3)
    assert chosen.bucket is not None
    assert (chosen.files_place, chosen.bucket.name) == ("s3", "hub-files")
    assert "only the hub knows it" not in repr(chosen)


def test_the_secret_of_a_bucket_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("only the hub knows it\n")
    more = S3 | {"RIGHTS_HUB_S3_SECRET": "", "RIGHTS_HUB_S3_SECRET_FILE": str(file)}
    bucket = embedded(tmp_path, **more).bucket
    assert bucket is not None
    assert bucket.secret == "only the hub knows it"


@pytest.mark.parametrize("absent", sorted(set(S3) - {"RIGHTS_HUB_FILES"}))
def test_a_bucket_half_named_stops_the_start_and_says_what_lacks(
    tmp_path: Path, absent: str
) -> None:
    with pytest.raises(SettingsError, match=absent):
        embedded(tmp_path, **(S3 | {absent: ""}))
    with pytest.raises(SettingsError, match=absent):
        embedded(tmp_path, **(S3 | {absent: "", "RIGHTS_HUB_FILES": ""}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("RIGHTS_HUB_FILES", "ftp"),
        ("RIGHTS_HUB_S3_ENDPOINT", "http://s3.example"),
        ("RIGHTS_HUB_S3_ENDPOINT", "https://s3.example/hub-files"),
        ("RIGHTS_HUB_S3_ENDPOINT", "s3.example"),
        ("RIGHTS_HUB_S3_BUCKET", "Hub Files"),
        ("RIGHTS_HUB_S3_PATH_STYLE", "perhaps"),
        ("RIGHTS_HUB_S3_SECRET_FILE", "/nowhere"),
    ],
)
def test_a_setting_of_a_bucket_that_cannot_be_right_is_named(
    tmp_path: Path, name: str, text: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        embedded(tmp_path, **(S3 | {name: text}))


@pytest.mark.parametrize("contact", ["securite@hub.example", "https://hub.example/faille"])
def test_a_flaw_is_told_to_an_address_or_a_page(tmp_path: Path, contact: str) -> None:
    assert embedded(tmp_path, RIGHTS_HUB_SECURITY_CONTACT=contact).security_contact == contact


@pytest.mark.parametrize(
    "contact", ["http://hub.example/x", "Hub <a@hub.example>", "a@hub.example\nX: y", "nowhere"]
)
def test_a_contact_for_flaws_that_could_not_be_written_to_is_refused(
    tmp_path: Path, contact: str
) -> None:
    with pytest.raises(SettingInvalid, match="RIGHTS_HUB_SECURITY_CONTACT"):
        embedded(tmp_path, RIGHTS_HUB_SECURITY_CONTACT=contact)
