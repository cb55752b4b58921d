"""`quintet compact`: fewer, larger files."""

from quintet.cli.company import open_home
from quintet.cli.terminal import say


def compact() -> None:
    """Put the small files of the ledger together; every row and every answer stays the same."""
    from quintet.ledger import compaction

    done = compaction.compact(open_home())
    say(f"{done.files_before:,} files became {done.files_after:,}.")
