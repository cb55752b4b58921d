"""A PostgreSQL server of the test run's own."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server that lives as long as the test run."""

    address: str
    binaries: Path
    folder: Path

    def new_database(self) -> str:
        """The address of an empty database: what one test writes, no other reads."""
        name = f"test_{secrets.token_hex(6)}"
        _as_postgres(self.binaries / "createdb", "--maintenance-db", f"{self.address}/postgres", name)
        return f"{self.address}/{name}"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        _as_postgres(self.binaries / "pg_ctl", "-D", self.folder / "cluster", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres() -> Cluster:
    """Start a server on a free loopback port.

    PostgreSQL refuses to run as root, so root hands the folder to the user `postgres`.
    """
    binaries = _postgres_binaries()
    folder = Path(tempfile.mkdtemp(prefix="quintet-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster, port = folder / "cluster", _free_port()
    _as_postgres(
        binaries / "initdb", "-D", cluster, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    _as_postgres(binaries / "pg_ctl", "-D", cluster, "-l", folder / "log", "-w", "-o", options, "start")
    return Cluster(f"postgresql://postgres@127.0.0.1:{port}", binaries, folder)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        reason = "no PostgreSQL server: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found[-1].parent


def _as_postgres(*command: Path | str) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    words = [str(word) for word in command]
    subprocess.run(
        words,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
