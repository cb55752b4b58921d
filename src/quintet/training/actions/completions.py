"""Finishing a module: by its exam, by live figures, by a signature or by the own word."""

from datetime import datetime
from typing import Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.certificates import reconsider
from quintet.training.asks.certificates import finished
from quintet.training.models.curriculum import Completion, Module
from quintet.training.terms.words import FINISHED_BY


def complete(
    user: Any,  # noqa: ANN401 -- somebody with an account
    module: Module,
    finished_by: str,
    *,
    now: datetime,
    signed_by: Any = None,  # noqa: ANN401
    note: str = "",
) -> Completion | None:
    """Note that somebody finished a module, and grant what that earns; None where it already counted.

    Args:
        user: who finished it.
        module: what.
        finished_by: one of FINISHED_BY.
        now: when.
        signed_by: who signed it off.
        note: said with it.

    Raises:
        BadInput: when the way is unknown.
    """
    if finished_by not in FINISHED_BY:
        raise BadInput(f"a module is finished by one of {', '.join(FINISHED_BY)}, got {finished_by!r}")
    with transaction.atomic():
        if module.pk in finished(user):
            return None
        done = Completion.objects.create(
            user=user,
            module=module,
            finished_by=finished_by,
            completed_at=now,
            signed_by=signed_by,
            note=note.strip(),
        )
        told = {"finished_by": finished_by, "user": user.pk}
        tell(
            row(
                "module.completed",
                f"completion:{done.pk}",
                now,
                told,
                rep_id=user.rep_id,
                content=module.key,
            )
        )
        reconsider(user, now=now)
    return done
