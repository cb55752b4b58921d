"""The chain for a page: what the worker worked out last, rows of reps as the reader may see them."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report
from quintet.loop.chain.kept import FORM, chain_shelf
from quintet.loop.chain.terms import Chain


def chain(home: Home, scope: Scope) -> Chain:
    """Who sells and what is sold to told apart, and what goes with which step.

    Links are sums over the company; reps are those the reader may see.

    Raises:
        NotEnoughData: before it was worked out for the first time by this release.
    """
    shelf = chain_shelf(home)
    use = shelf.made_in(FORM)
    if use is None:
        msg = (
            "the chain is not worked out yet: it takes worked leads of several reps, and the worker works it"
            " out within the hour"
        )
        raise NotEnoughData(msg, have=0, need=1, unit="facts with worked leads")
    told = _parsed(shelf.file(use.version))
    mine = tuple(one for one in told.apart.reps if scope.sees(one.rep_id))
    return replace(told, apart=replace(told.apart, reps=mine))


@lru_cache(maxsize=4)
def _parsed(path: Path) -> Chain:
    return as_report(Chain, json.loads(path.read_text(encoding="utf-8")))
