"""What every test may ask for: a home of its own, the example exports, small builders."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from postgres_server import Cluster, start_postgres
from quintet.kernel.home import Home
from quintet.kernel.threads import compute_with_one_thread

compute_with_one_thread()
# no property fails because the machine is busy
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")

ROOT = Path(__file__).resolve().parent.parent


_LONG = ("slow", "browser", "spark", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--exhaustive` adds the long forms: fifty kills, ten companies."""
    parser.addoption("--exhaustive", action="store_true", help="run the long forms of tests, too")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long forms unless they are asked for, without a time limit; slow files go first."""
    left_out = [one for one in items if one.get_closest_marker("exhaustive")]
    if left_out and not config.getoption("exhaustive"):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if not one.get_closest_marker("exhaustive")]
    for one in left_out:
        one.add_marker(pytest.mark.timeout(0))
    slow = {one.path for one in items if any(one.get_closest_marker(name) for name in _LONG)}
    items.sort(key=lambda one: one.path not in slow)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home under the test's own folder; nothing in it yet."""
    return Home.at(tmp_path)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The example exports beside the checkout: must be there in CI, else the test is skipped."""
    path = Path(os.environ.get("QUINTET_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        reason = f"no example exports at {path}: set QUINTET_SHARED_DATA to their folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def now() -> datetime:
    """A fixed present: Monday 2 March 2026, noon UTC."""
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Cluster]:
    """A PostgreSQL server of this test run's own, gone afterwards."""
    cluster = start_postgres()
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres(postgres_server) -> str:
    """The address of an empty database of this test's own, on the run's PostgreSQL server."""
    return postgres_server.new_database()
