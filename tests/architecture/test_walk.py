"""The walk of docs/architecture.md leads where it says."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STOP = re.compile(r"`([\w/]+\.(?:py|html|js))`((?:,? `[A-Za-z_]+`)*)")


def test_every_stop_of_the_walk_exists():
    """Each file is there, and defines each name the page says it does."""
    walk = (ROOT / "docs/architecture.md").read_text().split("## One interaction, from file to pixel")[1]
    stops = STOP.findall(walk)

    assert len(stops) > 20
    for file, names in stops:
        path = ROOT / "src/quintet" / file
        assert path.is_file(), f"docs/architecture.md names {file}, which is not there"
        for name in re.findall(r"`(\w+)`", names):
            defined = re.search(rf"^(?:def|class) {name}\b|^{name}\b.*=", path.read_text(), re.MULTILINE)
            assert defined, f"docs/architecture.md says {file} defines {name}"
