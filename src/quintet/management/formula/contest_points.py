"""Points for forecast accuracy: additive, by a proper rule, so that the honest commit is the best one.

A month's points are 100 × (|quota − actual| − |committed − actual|) / quota. The first part does not depend
on what is committed, the second is the absolute error: a commit is best where a rep thinks the result is as
likely to lie above as below. Points add up over months and reps; a prize for the first place alone would
make bold commits pay instead.
"""

from decimal import ROUND_HALF_UP, Decimal

from quintet.kernel.errors import BadInput

_POINTS = Decimal(100)
_TENTH = Decimal("0.1")


def accuracy_points(committed: Decimal, actual: Decimal, quota: Decimal) -> Decimal:
    """Points of one rep and month, to a tenth: won when nearer to the result than the quota, else lost.

    Args:
        committed: what he said the month would bring, before it showed.
        actual: what it brought.
        quota: of the month: what anybody would have said who knows nothing else.

    Raises:
        BadInput: when the quota is not above 0.

    Source: Gneiting 2011, *Making and Evaluating Point Forecasts*: absolute error elicits the median.
    """
    if quota <= 0:
        raise BadInput(f"points need a quota above 0 to be measured by, got {quota}")
    better = abs(quota - actual) - abs(committed - actual)
    return (_POINTS * better / quota).quantize(_TENTH, ROUND_HALF_UP)
