"""Where files are kept, as the settings say: on a disk, or in a bucket of an S3 server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hub.state_folder import SettingsError

PLACES = ("disk", "s3")
_NEEDED = {
    "RIGHTS_HUB_S3_ENDPOINT": "the address of the server, such as https://s3.fr-par.scw.cloud",
    "RIGHTS_HUB_S3_BUCKET": "the bucket, which must exist",
    "RIGHTS_HUB_S3_REGION": "the region that the server names, such as fr-par",
    "RIGHTS_HUB_S3_KEY_ID": "the access key",
}
_SECRET = "RIGHTS_HUB_S3_SECRET"  # noqa: S105 - the name of a variable
_SECRET_FILE = "RIGHTS_HUB_S3_SECRET_FILE"  # noqa: S105 - the name of a variable
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class StorageSettingInvalid(SettingsError):
    """The place of files is named, and not well enough to keep any there."""


@dataclass(frozen=True)
class Bucket:
    """A bucket, the server that holds it, and the key that opens it."""

    endpoint: str
    name: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    path_style: bool = True
    """Whether the bucket is named in the path of an address, or (no) in its host."""


def place_of_files(environ: Mapping[str, str]) -> str:
    """Where new files go. Raises StorageSettingInvalid."""
    place = environ.get("RIGHTS_HUB_FILES") or "disk"
    if place not in PLACES:
        raise StorageSettingInvalid(f"RIGHTS_HUB_FILES is {place!r}: choose disk or s3.")
    return place


def bucket_of(environ: Mapping[str, str], *, is_needed: bool) -> Bucket | None:
    """The bucket that the environment names, whole; None where it names none and needs none.

    Raises StorageSettingInvalid, which says all that is missing at once.
    """
    told = {name: environ.get(name, "") for name in _NEEDED}
    if not (is_needed or any(told.values())):
        return None
    absent = [f"  {name}: {what}" for name, what in _NEEDED.items() if not told[name]]
    secret = _secret(environ)
    if not secret:
        absent.append(f"  {_SECRET} or {_SECRET_FILE}: its secret, or the path of a file")
    if absent:
        raise StorageSettingInvalid("Files in S3 need these settings too:\n" + "\n".join(absent))
    if not _BUCKET.fullmatch(told["RIGHTS_HUB_S3_BUCKET"]):
        raise StorageSettingInvalid(
            f"RIGHTS_HUB_S3_BUCKET is {told['RIGHTS_HUB_S3_BUCKET']!r}: give the name alone, "
            "3 to 63 small letters, digits, dots and hyphens."
        )
    return Bucket(
        endpoint=_endpoint(told["RIGHTS_HUB_S3_ENDPOINT"]),
        name=told["RIGHTS_HUB_S3_BUCKET"],
        region=told["RIGHTS_HUB_S3_REGION"],
        key_id=told["RIGHTS_HUB_S3_KEY_ID"],
        secret=secret,
        path_style=_path_style(environ),
    )


def _secret(environ: Mapping[str, str]) -> str:
    text, path = environ.get(_SECRET, ""), environ.get(_SECRET_FILE, "")
    if text and path:
        raise StorageSettingInvalid(f"{_SECRET} and {_SECRET_FILE} are both set: keep one.")
    if not path:
        return text
    try:
        return Path(path).expanduser().read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageSettingInvalid(
            f"{_SECRET_FILE} names a file that cannot be read: {path}"
        ) from error


def _endpoint(text: str) -> str:
    parts = urlsplit(text.rstrip("/"))
    is_address = parts.hostname and not (parts.path or parts.query or parts.fragment)
    if not is_address or parts.scheme not in {"http", "https"} or parts.username:
        raise StorageSettingInvalid(
            f"RIGHTS_HUB_S3_ENDPOINT is {text!r}: give the address of the server alone, such as "
            "https://s3.fr-par.scw.cloud."
        )
    if parts.scheme == "http" and not _is_this_machine(str(parts.hostname)):
        raise StorageSettingInvalid(
            f"RIGHTS_HUB_S3_ENDPOINT is {text!r}: another machine is spoken to by https only."
        )
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path_style(environ: Mapping[str, str]) -> bool:
    text = (environ.get("RIGHTS_HUB_S3_PATH_STYLE") or "yes").lower()
    if text not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise StorageSettingInvalid(f"RIGHTS_HUB_S3_PATH_STYLE is {text!r}: give yes or no.")
    return text in {"1", "true", "yes", "on"}
