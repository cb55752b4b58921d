import stat

import pytest

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.site.environment import allowed_hosts, database, is_local, secret_key, trusted_proxies


def test_the_secret_key_is_made_once(tmp_path):
    """The second start reads what the first wrote, and only the owner may read the file."""
    home = Home.at(tmp_path)

    first = secret_key(home, {})

    assert secret_key(home, {}) == first
    assert len(first) > 60
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_the_environment_wins(tmp_path):
    """A key from the environment is used and written nowhere."""
    assert secret_key(Home.at(tmp_path), {"QUINTET_SECRET_KEY": "given"}) == "given"
    assert not list(tmp_path.iterdir())


def test_a_home_that_does_not_exist_is_not_made(tmp_path):
    """Reading the settings writes nothing."""
    assert secret_key(Home.at(tmp_path / "later"), {})
    assert not (tmp_path / "later").exists()


def test_sqlite_takes_the_write_lock_at_once():
    """IMMEDIATE transactions and the write-ahead log: two writers wait instead of failing."""
    found = database("sqlite:////var/quintet/records.sqlite3")

    assert found["NAME"] == "/var/quintet/records.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_postgres_address():
    """Every part of the address arrives, escapes undone."""
    found = database("postgresql://ann:p%40ss@db.internal:6432/sales?sslmode=require")

    expected = {"NAME": "sales", "USER": "ann", "PASSWORD": "p@ss", "HOST": "db.internal", "PORT": "6432"}
    assert {key: found[key] for key in expected} == expected
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused():
    """The message names what was given and what would do."""
    with pytest.raises(BadInput, match="must start with sqlite:/// or postgresql://, got 'mysql'"):
        database("mysql://x")


def test_only_this_machine_may_speak_plain_http():
    """One other host name, and cookies are secure and HTTPS is asked for."""
    assert is_local(allowed_hosts({}))
    assert not is_local(allowed_hosts({"QUINTET_ALLOWED_HOSTS": "localhost, sales.example.com"}))


def test_proxies_are_a_number():
    """A word is refused with the variable's name."""
    assert trusted_proxies({"QUINTET_TRUSTED_PROXIES": "2"}) == 2
    with pytest.raises(BadInput, match="QUINTET_TRUSTED_PROXIES must be a whole number"):
        trusted_proxies({"QUINTET_TRUSTED_PROXIES": "yes"})
