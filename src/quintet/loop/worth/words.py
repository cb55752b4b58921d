"""What a number of worth says, in one sentence."""

from quintet.loop.worth.terms import Amount, Total, Worth

#: Below this a number is told with a digit behind the point.
_SMALL = 10


def reading(told: Total, whole: Worth) -> str:
    """What some formulas brought since the start, e.g. for a headline."""
    if told.customers is None:
        return "Nobody can say yet what the formulas are worth"
    what = _said(told.customers, "customers")
    money = f" and {amount_words(told.mrr)} {whole.currency} a month" if told.mrr else ""
    since = f" since {whole.since:%-d %b %Y}" if whole.since else ""
    return f"{what}{since}{money if told.customers.is_shown else ''}"


def amount_words(one: Amount) -> str:
    """A number with its interval: +41 (12 to 70)."""
    return f"{_number(one.value)} ({_number(one.lo)} to {_number(one.hi)})"


def number_and_ends(one: Amount) -> dict[str, str]:
    """The number and its interval, each as a person reads it."""
    return {"value": _number(one.value), "ends": f"{_number(one.lo)} to {_number(one.hi)}"}


def _said(one: Amount, what: str) -> str:
    if not one.is_shown:
        ends = f"{_number(one.lo)} to {_number(one.hi)}"
        return f"No difference from the baseline is shown: {ends} {what}"
    side = "more" if one.value > 0 else "fewer"
    return f"{abs(one.value):,.0f} {what} {side} ({_number(one.lo)} to {_number(one.hi)})"


def _number(value: float) -> str:
    """With its sign; small numbers with a digit behind the point."""
    told = f"{value:+,.{1 if abs(value) < _SMALL else 0}f}"
    return "0" if told in {"+0.0", "-0.0"} else told.replace("-", "−")
