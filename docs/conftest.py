"""Every ```python block in the docs runs as a test; a page that shows `home` gets an empty one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from quintet.kernel.home import Home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An empty home for the examples."""
    path: Path = tmp_path_factory.mktemp("docs-home")
    yield Home.at(path)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], fixtures=["home"]
).pytest()
