"""How many threads a process computes with."""

import os

_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def compute_with_one_thread() -> None:
    """Let numpy compute with one thread, unless the environment says otherwise; before it is first imported.

    Our matrices are small and pages share the cores already: more threads only wait for each other.
    """
    for name in _VARIABLES:
        os.environ.setdefault(name, "1")
