"""The chain as it is kept for the pages, and where."""

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf

FORMULA = "loop.chain"
#: The shape in which it is kept: raise it when a field of what is kept changes.
FORM = "form 1"


def chain_shelf(home: Home) -> Shelf:
    """Where it is kept."""
    return Shelf(home, FORMULA)
