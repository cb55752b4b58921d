"""What the tests of the training room share: loaded homes and people."""

import sys
from importlib import import_module

import pytest

from hired_company import hired_company
from signed_in import as_user
from small_company import small_company

__all__ = ["as_user", "hired_company", "small_company"]


@pytest.fixture(scope="module")
def study(root):
    """The study of module effects, as `python studies/module_effects.py` would import it."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module("module_effects")
    sys.path.remove(str(root / "studies"))
