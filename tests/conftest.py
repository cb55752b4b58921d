"""What every test may ask for: a home of its own, the example exports, small builders."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from postgres_server import Cluster, start_postgres
from quintet.kernel.home import Home

ROOT = Path(__file__).resolve().parent.parent


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
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server of this test run's own; `.url` is its address, gone afterwards."""
    cluster = start_postgres()
    yield cluster
    cluster.stop()
