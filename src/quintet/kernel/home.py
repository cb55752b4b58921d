"""Where one company's Quintet lives: its folder and its three addresses, read from the environment.

| variable | default | holds |
|---|---|---|
| QUINTET_HOME | ./quintet-home | everything below, when nothing else is set |
| QUINTET_LEDGER_URL | <home>/ledger | the Delta tables: a folder or an object storage URL |
| QUINTET_DATABASE_URL | sqlite:///<home>/records.sqlite3 | what people decide, users, jobs, the inbox |
| QUINTET_ENGINE | duckdb | duckdb or spark |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quintet.kernel.errors import BadInput

ENGINES = ("duckdb", "spark")


@dataclass(frozen=True)
class Home:
    """The folder of one company and the addresses derived from it."""

    path: Path
    ledger_url: str
    database_url: str
    engine: str = "duckdb"

    @classmethod
    def at(cls, path: Path | str) -> "Home":
        """A home with every default under one folder."""
        return cls.from_environment({"QUINTET_HOME": str(path)})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Home":
        """The home the environment names.

        Raises:
            BadInput: when QUINTET_ENGINE is neither duckdb nor spark.
        """
        env = os.environ if environment is None else environment
        path = Path(env.get("QUINTET_HOME", "quintet-home")).absolute()
        engine = env.get("QUINTET_ENGINE", "duckdb")
        if engine not in ENGINES:
            msg = f"QUINTET_ENGINE must be one of {', '.join(ENGINES)}, got {engine!r}"
            raise BadInput(msg)
        return cls(
            path=path,
            ledger_url=env.get("QUINTET_LEDGER_URL", str(path / "ledger")),
            database_url=env.get("QUINTET_DATABASE_URL", f"sqlite:///{path / 'records.sqlite3'}"),
            engine=engine,
        )

    @property
    def facts(self) -> Path:
        """Published versions of the facts tables."""
        return self.path / "facts"

    @property
    def uploads(self) -> Path:
        """Files as people uploaded them, until they are loaded or thrown away."""
        return self.path / "uploads"

    @property
    def rejects(self) -> Path:
        """Rejected rows of every load, with file, line, value and reason."""
        return self.path / "rejects"

    @property
    def maps(self) -> Path:
        """Mappings people edited and saved."""
        return self.path / "maps"

    @property
    def formulas(self) -> Path:
        """Fitted formulas, every version."""
        return self.path / "formulas"
