"""Files sealed in a bucket of an S3 server.

The client has threads of its own from its first call on: a process that used it must not fork.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import S3Store

from hub.adapters.files.sealing import PIECE_BYTES, Source, open_stream, seal_stream
from hub.port_errors import FileMissing, FilesUnavailable
from hub.ports import StoredFile

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

PART_BYTES = 8 * 1024 * 1024
"""A larger file is sent in parts of this size, and every file is read in pieces of it."""
PARTS_AT_ONCE = 2
CONNECT_S = 3
PART_S = 60
"""For one part, on a slow line: 8 MB in a minute."""
TRIES_S = 15
PROBE_S = 2

_KEY = re.compile(r"[0-9a-f]{32}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BucketKey:
    """What opens a bucket."""

    key_id: str
    secret: str = field(repr=False)

    def __call__(self) -> "S3Credential":
        """As the client asks for it: nothing of it comes from the variables of other programs."""
        return {
            "access_key_id": self.key_id,
            "secret_access_key": self.secret,
            "token": None,
            "expires_at": None,
        }


class S3FileStore:
    """Keeps each file sealed as ab/abcd…; the server shows it whole, or not at all.

    `config` is what the client needs to find the bucket, as obstore.store.S3Config names it.
    """

    def __init__(self, config: "S3Config", key: BucketKey, part_bytes: int = PART_BYTES) -> None:
        self._part_bytes = part_bytes
        self._bucket = _bucket(config, key, PART_S, tries=2)
        self._probe = _bucket(config, key, PROBE_S, tries=0)

    def put(self, stream: BinaryIO, *, sealed_to: str | bytes) -> StoredFile:
        """Seal a stream to an age public key (str) or with a data key (bytes), and keep it.

        Raises FilesUnavailable; the parts already sent are taken back then.
        """
        key = secrets.token_hex(16)
        try:
            with self._sending(key) as sink:
                size, sha256 = seal_stream(stream, sink, sealed_to)
        except BaseException:
            # The server may have kept a file whose receipt got lost on the way.
            with suppress(BaseError, OSError):
                obstore.delete(self._probe, _path(key))
            raise
        return StoredFile(key, size, sha256)

    def read(self, key: str, *, opened_with: str | bytes) -> Iterator[bytes]:
        """The clear bytes, opened with an age private key (str) or the data key (bytes).

        Raises FileMissing and FilesUnavailable at once; SealBroken for a wrong key or an altered
        file while reading.
        """
        return open_stream(self.sealed(key), opened_with)

    def delete(self, key: str) -> None:
        """Forget a file; a file already gone is no error. Raises FilesUnavailable."""
        path = _path(key)
        try:
            with _reached():
                obstore.delete(self._bucket, path)
        except FilesUnavailable as away:
            if not (isinstance(away.__cause__, FileNotFoundError) and self.is_well()):
                raise

    def is_well(self) -> bool:
        """Whether the server answers, and knows bucket and key; the log says why not."""
        try:
            next(iter(obstore.list(self._probe, prefix="is-the-bucket-there")), None)
        except (BaseError, OSError) as error:
            log.warning("file_store_away", reason=_why(error))
            return False
        return True

    def listed(self) -> Iterator[str]:
        """The keys of all files, in no order. Raises FilesUnavailable."""
        with _reached():
            for found in obstore.list(self._bucket):
                yield from (str(one["path"]).rpartition("/")[2] for one in found)

    def sealed(self, key: str) -> Source:
        """A file as it lies there. Raises FileMissing, FilesUnavailable."""
        path = _path(key)
        try:
            return _Pieces(self._bucket, path, self._part_bytes)
        except FileNotFoundError as missing:
            # A server that lost the bucket gives the same answer, and the file may come back.
            raise (FileMissing if self.is_well() else FilesUnavailable) from missing

    def stored_at(self, key: str) -> datetime | None:
        """Since when a file is here; None for one that is not. Raises FilesUnavailable."""
        try:
            return obstore.head(self._bucket, _path(key))["last_modified"]
        except FileNotFoundError as missing:
            if not self.is_well():
                raise FilesUnavailable from missing
            return None
        except BaseError as error:
            raise _away(error) from error

    def holds(self, key: str) -> bool:
        """Whether there is such a file. Raises FilesUnavailable."""
        return self.stored_at(key) is not None

    def take(self, key: str, sealed: Source) -> None:
        """Keep under its key a file that another store sealed. Raises FilesUnavailable."""
        with self._sending(key) as sink:
            while piece := sealed.read(PIECE_BYTES):
                sink.write(piece)

    def _sending(self, key: str) -> "_Sending":
        return _Sending(self._bucket, _path(key), self._part_bytes)


class _Sending:
    """A file on its way, in parts; left by an error, all its parts are taken back."""

    def __init__(self, bucket: S3Store, path: str, part_bytes: int) -> None:
        self._file = obstore.open_writer(
            bucket, path, buffer_size=part_bytes, max_concurrency=PARTS_AT_ONCE
        )

    def __enter__(self) -> "_Sending":
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None:
            with _reached():
                self._file.close()
            return
        with suppress(BaseError, OSError):
            self._file.__exit__(kind, error, trace)

    def write(self, piece: bytes, /) -> int:
        with _reached():
            return self._file.write(piece)

    def flush(self) -> None:
        """Nothing to do: what is left goes when the file is closed."""


class _Pieces:
    """An object of the bucket, asked for piece by piece: a slow reader holds no connection."""

    def __init__(self, bucket: S3Store, path: str, piece_bytes: int) -> None:
        try:
            self._file = obstore.open_reader(bucket, path, buffer_size=piece_bytes)
        except BaseError as error:
            raise _away(error) from error

    def read(self, size: int = -1, /) -> bytes:
        with _reached():
            return bytes(self._file.read(size))

    def close(self) -> None:
        self._file.close()


def bucket_config(endpoint: str, bucket: str, region: str, *, path_style: bool) -> "S3Config":
    """How the client finds a bucket; `path_style`: named in the path, else in the host."""
    if not path_style:
        scheme, _, host = endpoint.partition("://")
        endpoint = f"{scheme}://{bucket}.{host}"
    return {
        "endpoint": endpoint,
        # Else a variable meant for other programs on this machine would win over the endpoint.
        "aws_endpoint_url_s3": endpoint,
        "bucket": bucket,
        "region": region,
        "virtual_hosted_style_request": not path_style,
        "skip_signature": False,
        # One deletion a call: servers that speak S3 do not all know the deletion of many.
        "disable_bulk_delete": True,
    }


def _bucket(config: "S3Config", key: BucketKey, patience_s: int, *, tries: int) -> S3Store:
    return S3Store(
        config=config,
        credential_provider=key,
        client_options={
            "allow_http": str(config["endpoint"]).startswith("http://"),
            "connect_timeout": timedelta(seconds=min(CONNECT_S, patience_s)),
            "timeout": timedelta(seconds=patience_s),
        },
        retry_config={"max_retries": tries, "retry_timeout": timedelta(seconds=TRIES_S)},
    )


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise _away(error) from error


def _away(error: Exception) -> FilesUnavailable:
    log.warning("file_store_away", reason=_why(error))
    return FilesUnavailable()


def _why(error: Exception) -> str:
    """A short code: what the library says holds addresses and names."""
    said = str(error)
    for word, reason in _REASONS.items():
        if word in said:
            return reason
    return type(error).__name__


_REASONS = {
    "NoSuchBucket": "no_such_bucket",
    "InvalidAccessKeyId": "key_unknown",
    "SignatureDoesNotMatch": "secret_wrong",
    "403 Forbidden": "refused",
    "timed out": "too_slow",
    "error sending request": "not_reached",
    "status code: 5": "server_error",
}


def _path(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise FileMissing
    return f"{key[:2]}/{key}"
