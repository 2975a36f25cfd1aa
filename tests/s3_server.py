"""A real S3 server for tests: another process, on loopback, its buckets plain folders."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.storage_settings import Bucket
from tests.running import eventually, free_port


class S3Server:
    """The server and its one bucket; it may be stopped, and started again where it was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.bucket = Bucket(f"http://127.0.0.1:{self.port}", "hub-files", "fr-par", "key", "words")
        self.folder.mkdir(parents=True)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where the server keeps what the bucket holds."""
        return self.root / "hub-files"

    def objects(self) -> dict[str, bytes]:
        """What the bucket shows: path and bytes."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def parts_left(self) -> list[Path]:
        """Parts of uploads that were neither finished nor taken back."""
        return [path for path in (self.root / ".localbucket-uploads").rglob("*") if path.is_file()]

    def start(self) -> None:
        """Listen, and be ready on return."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "localbucket", str(self.root), "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert eventually(self._listens, 20)

    def stop(self) -> None:
        """Hang up; what was kept stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False


def in_bucket(bucket: Bucket) -> dict[str, str]:
    """The settings of a hub whose files go to a bucket."""
    return {
        "RIGHTS_HUB_FILES": "s3",
        "RIGHTS_HUB_S3_ENDPOINT": bucket.endpoint,
        "RIGHTS_HUB_S3_BUCKET": bucket.name,
        "RIGHTS_HUB_S3_REGION": bucket.region,
        "RIGHTS_HUB_S3_KEY_ID": bucket.key_id,
        "RIGHTS_HUB_S3_SECRET": bucket.secret,
    }


@contextmanager
def s3_server(root: Path) -> Iterator[S3Server]:
    """A server that runs for the block."""
    server = S3Server(root)
    server.start()
    try:
        yield server
    finally:
        server.stop()
