"""`quintet health`: what this data can answer."""

from contextlib import closing
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show


def health(
    form: FormatOption = Format.TABLE,
    counts: Annotated[
        bool, typer.Option("--counts", help="Every count instead: what the data records.")
    ] = False,
) -> None:
    """Say which formulas this data can feed, which it cannot, and why, with the counts that decide."""
    from quintet.facts.health import health as judge
    from quintet.facts.published import Facts

    with closing(Facts.published(open_home())) as facts:
        if counts:
            show(("measure", "rows"), sorted(facts.coverage().counts.items()), form)
            return
        found = judge(facts)
        show(("formula", "feed", "why"), [(one.formula, str(one.feed), one.reason) for one in found], form)
    say(f"As of {facts.as_of:%d %b %Y}." if facts.as_of else "No row has a date.")
