"""Finishing a module: by its exam, by live figures, by a signature or by the own word."""

from datetime import datetime
from typing import Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.certificates import reconsider
from quintet.training.asks import curriculum
from quintet.training.asks.certificates import finished
from quintet.training.models.curriculum import Completion, Module
from quintet.training.terms.words import FINISHED_BY, HOW


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


def say_done(user: Any, module: Module, *, now: datetime) -> Completion | None:  # noqa: ANN401
    """Somebody says of themselves that they have read it.

    Raises:
        BadInput: when it is finished another way, or something has to be taken before.
    """
    require_open(user, module)
    if curriculum.finished_by(module) != "own_word":
        raise BadInput(
            f"{module.name!r} is not finished by the own word: {HOW[curriculum.finished_by(module)]}"
        )
    return complete(user, module, "own_word", now=now)


def sign_off(
    user: Any,  # noqa: ANN401
    module: Module,
    *,
    by: Any,  # noqa: ANN401
    now: datetime,
    note: str = "",
) -> Completion | None:
    """Somebody who saw it says that another has done it.

    Raises:
        BadInput: when it is finished by an exam or by figures, somebody signs for themselves, or something
            has to be taken before.
    """
    require_open(user, module)
    if curriculum.finished_by(module) in {"exam", "evidence"}:
        raise BadInput(f"{module.name!r} cannot be signed off: {HOW[curriculum.finished_by(module)]}")
    if user.pk == by.pk:
        raise BadInput("nobody signs off their own training: ask who teaches it")
    return complete(user, module, "signed_off", now=now, signed_by=by, note=note)


def require_open(user: Any, module: Module) -> None:  # noqa: ANN401
    """Refuse a module that is retired, or builds on one that is not finished.

    Raises:
        BadInput: naming what comes first.
    """
    if module.retired_at is not None:
        raise BadInput(f"{module.name!r} is not taught any more")
    done = finished(user)
    first = [one.name for one in module.after.filter(retired_at=None) if one.pk not in done]
    if first:
        raise BadInput(f"{module.name!r} builds on {', '.join(first)}: take that first")
