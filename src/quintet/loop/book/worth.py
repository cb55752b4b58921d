"""What the formulas were worth, as the quarter book tells it: one number, then formula by formula."""

from quintet.kernel.home import Home
from quintet.loop.book.terms import WorthLine, WorthSection
from quintet.loop.worth.asks import period_of
from quintet.loop.worth.terms import Amount, Brought, Evidence, FormulaWorth, Total
from quintet.loop.worth.words import amount_words, reading

_NONE = "cannot tell yet"
_FROM = {Evidence.DRAWN: "by hold-out", Evidence.COMPARED: "compared, not drawn"}


def worth_section(home: Home, period: str) -> WorthSection | None:
    """The worth by the end of a period; None where it was not worked out for it.

    Args:
        home: whose.
        period: its key.
    """
    found = period_of(home, period)
    if found is None:
        return None
    told, this = found
    totals = (
        _total("All with a hold-out", "by hold-out", this.drawn_now, this.drawn),
        _total("With what was compared", "not all drawn", this.wider_now, this.wider),
    )
    return WorthSection(
        reading=reading(this.drawn, told),
        currency=told.currency,
        totals=tuple(one for one in totals if one),
        lines=tuple(_line(one) for one in this.parts),
        missing=this.wider.missing,
    )


def _total(name: str, source: str, now: Total, so_far: Total) -> WorthLine | None:
    if so_far.customers is None:
        return None
    adds = f"adds {', '.join(so_far.adds)}"
    return WorthLine(name, source, _said(now.customers), _said(so_far.customers), _said(so_far.mrr), adds, "")


def _line(one: FormulaWorth) -> WorthLine:
    told = one.so_far
    return WorthLine(
        name=one.about.title,
        source=_FROM[one.about.evidence],
        now=_said(one.now.customers if one.now else None),
        so_far=_said(told.customers if told else None),
        mrr=_said(told.mrr if told else None),
        cases=_cases(told) if told else "",
        why=one.why_not.reason if one.why_not else "",
    )


def _cases(told: Brought) -> str:
    note = f"; {told.note}" if told.note else ""
    return f"n {told.n:,} {told.of}{note}"


def _said(one: Amount | None) -> str:
    return _NONE if one is None else amount_words(one)
