"""What of the playbook stands beside somebody's work on a step.

Rooms of one floor do not know each other, so a page of any room asks for it by the tag `beside`, and the site
brings it from the training room.
"""

from typing import Any

from quintet.training.asks.playbook import Beside, beside


def playbook_beside(user: Any, step: str) -> tuple[Beside, ...]:  # noqa: ANN401 -- who looks at the page
    """The pages for a step that a person may read; none for somebody without the playbook.

    Args:
        user: who looks.
        step: a step by its key, e.g. demo-won, or the stage it ends in, e.g. won.
    """
    if not user.has_perm("training.learn"):
        return ()
    return beside(step.rpartition("-")[2])
