"""What the settings read from outside: the database address, the secret key, the hosts.

| variable | default | holds |
|---|---|---|
| QUINTET_SECRET_KEY | <home>/secret.key | signs sessions; made once, readable by the owner alone |
| QUINTET_ALLOWED_HOSTS | localhost,127.0.0.1,[::1] | the names this site answers to, with commas |
| QUINTET_TRUSTED_PROXIES | 0 | how many proxies stand in front and set X-Forwarded-For and -Proto |
| QUINTET_METRICS_TOKEN | none | bearer token for /metrics; without one, only this machine may read it |
| QUINTET_MAIL_HOST | none | the mail server; no mail is sent without one |
| QUINTET_MAIL_PORT | 587, 465 or 25, as TLS says | its port |
| QUINTET_MAIL_TLS | starttls | starttls, tls or none |
| QUINTET_MAIL_USER, QUINTET_MAIL_PASSWORD | none | how to sign in there |
| QUINTET_MAIL_FROM | quintet@<name of the site> | who the mails are from |
| QUINTET_SITE_URL | https://<first allowed host> | what links in mails start with |
| QUINTET_HOLIDAYS | none | the country whose holidays are no working days, such as DE or DE-BY |
"""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from quintet.calendar.days_off import DaysOff
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


#: How the connection is secured → the port that goes with it.
_MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Django's settings of the mail server; EMAIL_HOST is empty while no mail is sent.

    Raises:
        BadInput: for a port that is no number, or another kind of TLS.
    """
    env = os.environ if environment is None else environment
    tls = env.get("QUINTET_MAIL_TLS", "starttls")
    if tls not in _MAIL_PORTS:
        raise BadInput(f"QUINTET_MAIL_TLS must be one of {', '.join(_MAIL_PORTS)}, got {tls!r}")
    port = env.get("QUINTET_MAIL_PORT", str(_MAIL_PORTS[tls]))
    if not port.isdecimal():
        raise BadInput(f"QUINTET_MAIL_PORT must be a whole number, got {port!r}")
    url = site_url(env)
    return {
        "EMAIL_HOST": env.get("QUINTET_MAIL_HOST", ""),
        "EMAIL_PORT": int(port),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "tls",
        "EMAIL_HOST_USER": env.get("QUINTET_MAIL_USER", ""),
        "EMAIL_HOST_PASSWORD": env.get("QUINTET_MAIL_PASSWORD", ""),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": env.get("QUINTET_MAIL_FROM") or f"Quintet <quintet@{urlsplit(url).hostname}>",
        "SITE_URL": url,
    }


def site_url(environment: Mapping[str, str] | None = None) -> str:
    """What a link in a mail starts with, without a slash at its end.

    Raises:
        BadInput: when it is no web address.
    """
    env = os.environ if environment is None else environment
    hosts = allowed_hosts(env)
    first = next((host for host in hosts if host not in {"*", *LOCAL_HOSTS}), "")
    default = f"https://{first.lstrip('.')}" if first else "http://localhost:8000"
    url = env.get("QUINTET_SITE_URL") or default
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise BadInput(f"QUINTET_SITE_URL must be like https://quintet.example.com, got {url!r}")
    return url.rstrip("/")


def holidays(environment: Mapping[str, str] | None = None) -> DaysOff:
    """The public holidays of the company: none, those of a country, or of a state of it.

    Raises:
        BadInput: when there is no list for the place.
    """
    env = os.environ if environment is None else environment
    country, _, state = env.get("QUINTET_HOLIDAYS", "").partition("-")
    return DaysOff(country or None, state or None)
