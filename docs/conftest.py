"""Every ```python block in the docs runs as a test; a page that shows `home` gets an empty one."""

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from quintet.kernel.home import Home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An empty home for the examples."""
    return Home.at(tmp_path_factory.mktemp("docs-home"))


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], fixtures=["home"]
).pytest()
