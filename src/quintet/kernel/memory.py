"""What is in the memory of a process that serves pages."""

import gc


def settle() -> None:
    """Take what is in memory now as there to stay, and throw away what nobody holds any more.

    Python's collector walks everything it does not take so, now and then, in the middle of whatever asks for
    memory next: of a company in memory that is a third of a second of somebody's page.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
