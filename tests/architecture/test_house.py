"""The house stays as it was built: sizes, floors, names, nothing of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
MOST_LINES = 400
#: A folder of one machine; a path like it in the repository works nowhere else.
MACHINE_PATHS = re.compile(r"(?<![\w.-])/(?:work|root|home/\w+|Users/\w+)/")
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md")


def _tracked() -> list[Path]:
    """Files of the repository: what git knows, or everything below src, docs and tests without git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name]
    files = [ROOT / name for name in names] or [
        p for d in ("src", "docs", "tests") for p in (ROOT / d).rglob("*")
    ]
    return [path for path in files if path.is_file()]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=_name)
def test_a_room_opens_with_one_docstring(path):
    """`__init__.py` says what the room is for and holds nothing else: a name has one address."""
    text = path.read_text().strip()

    assert text.startswith('"""')
    assert text.endswith('"""')
    assert text.count('"""') == 2


def test_no_file_outgrows_a_reader():
    """A source file of more than 400 lines becomes a folder of the same name."""
    lines = {_name(path): len(path.read_text().splitlines()) for path in SOURCES}

    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_every_room_has_its_floor():
    """Each folder of src/quintet stands in the contract of import-linter and in the drawing of the docs."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = {word.strip("() ") for layer in contracts[0]["layers"] for word in layer.split("|")}
    rooms = {path.parent.name for path in (ROOT / "src" / "quintet").glob("*/__init__.py")}
    drawn = (ROOT / "docs" / "architecture.md").read_text()

    assert rooms <= floors
    assert {room for room in rooms if f"`{room}`" not in drawn} == set()


def test_nothing_names_a_folder_of_one_machine():
    """A clean checkout anywhere finds everything it needs by relative paths and settings."""
    texts = [path for path in _tracked() if path.suffix not in {".png", ".lock", ".min", ".woff2"}]
    found = {
        f"{_name(path)}: {hit.group()}"
        for path in texts
        if "vendor" not in path.parts
        for hit in MACHINE_PATHS.finditer(path.read_text(errors="ignore"))
    }

    assert found == set()


def test_every_change_is_told_in_one_sentence():
    """A changelog fragment has a name of the right form and one paragraph that ends with a full stop."""
    fragments = [p for p in (ROOT / "changelog.d").iterdir() if p.name not in {".gitkeep", "template.jinja"}]

    assert [p.name for p in fragments if not FRAGMENT.fullmatch(p.name)] == []
    for path in fragments:
        text = path.read_text().strip()
        assert text.endswith("."), path.name
        assert "\n\n" not in text, path.name


def test_every_page_of_the_docs_is_in_the_table_of_contents():
    """A page nobody can reach is not documentation."""
    contents = (ROOT / "mkdocs.yml").read_text()
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}

    assert {page for page in pages if page not in contents} == set()


def test_every_decision_says_what_it_costs():
    """A decision without a price was none."""
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert "**Decided.**" in text, path.name
        assert "**What it costs.**" in text, path.name
