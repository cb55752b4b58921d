"""What the settings read from outside: the database address, the secret key, the hosts.

| variable | default | holds |
|---|---|---|
| QUINTET_SECRET_KEY | <home>/secret.key | signs sessions; made once, readable by the owner alone |
| QUINTET_ALLOWED_HOSTS | localhost,127.0.0.1,[::1] | the names this site answers to, with commas |
| QUINTET_TRUSTED_PROXIES | 0 | how many proxies stand in front and set X-Forwarded-For and -Proto |
| QUINTET_METRICS_TOKEN | none | bearer token for /metrics; without one, only this machine may read it |
"""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")

#: WAL lets readers and one writer work side by side; FULL makes a commit survive a power cut, which
#: the inbox promises; the rest keeps a busy page off the disk.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA cache_size=-32000;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA temp_store=MEMORY"
)


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at an address.

    Args:
        url: sqlite:///<path> or postgresql://user:password@host:port/name?option=value.

    Raises:
        BadInput: when the address is of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(url.removeprefix("sqlite:///"))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise BadInput(f"QUINTET_DATABASE_URL must start with sqlite:/// or postgresql://, got {parts.scheme!r}")


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
    }


def secret_key(home: Home, environment: Mapping[str, str] | None = None) -> str:
    """The key that signs sessions: from the environment, else from the home folder, made there once.

    A home that does not exist yet gets a key for this process alone, so reading settings writes nothing.
    """
    env = os.environ if environment is None else environment
    if given := env.get("QUINTET_SECRET_KEY"):
        return given
    if not home.path.is_dir():
        return secrets.token_urlsafe(64)
    path = home.path / "secret.key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(64))
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    """Write a private file whole; whoever comes second keeps what the first wrote."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    draft.write_text(text)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def allowed_hosts(environment: Mapping[str, str] | None = None) -> list[str]:
    """The names this site answers to."""
    env = os.environ if environment is None else environment
    given = env.get("QUINTET_ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))
    return [host.strip() for host in given.split(",") if host.strip()]


def is_local(hosts: list[str]) -> bool:
    """Does this site answer to this machine alone? Then it may speak plain HTTP."""
    return all(host in LOCAL_HOSTS for host in hosts)


def trusted_proxies(environment: Mapping[str, str] | None = None) -> int:
    """How many proxies stand in front of us."""
    env = os.environ if environment is None else environment
    given = env.get("QUINTET_TRUSTED_PROXIES", "0")
    if not given.isdigit():
        raise BadInput(f"QUINTET_TRUSTED_PROXIES must be a whole number from 0, got {given!r}")
    return int(given)
