import re

import pytest

from quintet.kernel.errors import BadInput
from quintet.ledger.kinds import KINDS, require_kind


def test_every_kind_is_documented_with_its_sentence(root):
    """docs/kinds.md has a row for every kind and for nothing else."""
    page = (root / "docs" / "kinds.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| (.+?) \|$", page, flags=re.MULTILINE))

    assert rows == {name: kind.sentence for name, kind in KINDS.items()}


def test_kinds_are_named_object_and_past_participle():
    """A kind reads `object.what_happened`."""
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", name) for name in KINDS)
    assert require_kind("call.attempted").sentence.startswith("A rep dialled")


def test_an_unknown_kind_is_refused_by_name():
    """The message gives the value and where the kinds are."""
    with pytest.raises(BadInput, match=r"docs/kinds\.md, got 'call\.dreamt'"):
        require_kind("call.dreamt")
