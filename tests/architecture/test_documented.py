"""Whatever a person can use is documented: commands, settings, errors, kinds, metrics, terms."""

import re
from pathlib import Path

import typer.main

from quintet.cli.main import app
from quintet.kernel import errors
from quintet.ledger.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
SETTING = re.compile(r"\bQUINTET_[A-Z][A-Z_]*[A-Z]\b")
#: Read by the scripts and the tests alone.
NOT_OF_THE_PRODUCT = {"QUINTET_SHARED_DATA", "QUINTET_PYTHON"}


def _docs() -> str:
    return "\n".join(path.read_text() for path in sorted(DOCS.rglob("*.md")))


def test_every_command_has_its_section_with_its_options():
    """docs/commands.md has a heading for each command, and names each of its options."""
    text = (DOCS / "commands.md").read_text()
    group = typer.main.get_command(app)
    sections = dict(re.findall(r"^## quintet ([\w-]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))

    assert set(sections) == set(group.commands)
    for name, command in group.commands.items():
        options = [word for parameter in command.params for word in parameter.opts if word.startswith("--")]
        missing = [word for word in options if word != "--help" and f"`{word}" not in sections[name]]
        assert missing == [], f"docs/commands.md, quintet {name}"


def test_every_setting_has_its_row():
    """Each environment variable that the product reads is in docs/settings.md, and no other is."""
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in SETTING.findall(path.read_text())
    } - NOT_OF_THE_PRODUCT
    documented = set(re.findall(r"^\| `(QUINTET_\w+)`", (DOCS / "settings.md").read_text(), re.MULTILINE))

    assert documented - NOT_OF_THE_PRODUCT == read


def test_every_error_is_drawn_in_the_docs():
    """docs/errors.md shows the tree of the file, line by line."""
    tree = errors.__doc__.split("\n\n")[1]

    assert tree in (DOCS / "errors.md").read_text()


def test_every_kind_of_interaction_is_in_the_docs():
    """docs/kinds.md gives each kind the sentence of the registry."""
    text = (DOCS / "kinds.md").read_text()

    for kind in KINDS.values():
        assert f"| `{kind.name}` | {kind.sentence} |" in text


def test_every_metric_is_in_the_docs():
    """A number on a page has its definition in docs."""
    from quintet.facts.metrics import METRICS

    text = _docs()

    assert [name for name in METRICS if f"`{name}`" not in text] == []


def test_the_glossary_is_in_order_and_says_each_word_once():
    """So that it can be searched by eye."""
    words = re.findall(r"^\| ([^|]+?) \|", (DOCS / "glossary.md").read_text(), re.MULTILINE)[1:]
    words = [word for word in words if not word.startswith("---")]

    assert words == sorted(set(words), key=str.lower)
