"""The gross margin by which lifetime values are counted; all of the revenue while nobody said one."""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.demand.models.margin import GrossMargin
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_LEAST, _MOST = 1.0, 100.0


def set_margin(percent: float, *, by: "AbstractBaseUser", now: datetime) -> GrossMargin:
    """Say what is left of the revenue after the cost of delivering it.

    Args:
        percent: of the revenue; 100 counts revenue.
        by: who says it.
        now: when.

    Raises:
        BadInput: when it is not a number of 1 to 100.
    """
    if not _LEAST <= percent <= _MOST:
        rule = "the gross margin must lie in 1..100 %"
        raise BadInput(f"{rule}, got {percent:g}: 70 means 70 % of the revenue")
    with transaction.atomic():
        one = GrossMargin.objects.create(percent=percent, set_by=by, set_at=now)  # type: ignore[misc]
        said = json.dumps({"percent": percent, "by": by.pk}, sort_keys=True)
        digest = hashlib.sha256(f"{said}|{now.isoformat()}".encode()).hexdigest()[:16]
        row = {
            "occurred_at": now,
            "recorded_at": now,
            "kind": "margin.set",
            "content": f"{percent:g}",
            "source": "quintet",
            "source_ref": f"margin:{digest}#margin.set",
            "detail": said,
        }
        inbox.offer([row])
    return one


def margin() -> GrossMargin | None:
    """The gross margin in force; None while nobody said one."""
    return GrossMargin.objects.select_related("set_by").first()


def margin_share() -> float:
    """The same as a share of the revenue; 1 while nobody said one."""
    stated = margin()
    return 1.0 if stated is None else stated.percent / _MOST
