"""What the room puts on the home page: worth, the curve of each formula, drift, and what to decide."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.panels import Line, Panel, Picture, Shown, Tile, Todo, Urgency
from quintet.loop import asks, asks_decisions, asks_drift
from quintet.loop.asks_decisions import Decision
from quintet.loop.charts import curve_chart, word_of
from quintet.loop.models.decisions import State
from quintet.loop.pages import POINT_COLUMNS, of_naive, point_row
from quintet.loop.pages_decisions import DECIDES, reader_of
from quintet.loop.worth import asks as worths
from quintet.loop.worth.terms import EVIDENCE_WORDS, Amount, Evidence
from quintet.loop.worth.words import reading

#: So many lines of a list find room; and so many points make a curve.
_LINES, _CURVE = 4, 2


def curves(request: HttpRequest) -> Shown:  # noqa: ARG001 -- the same for everybody who may see it
    """How much better than the naive answer each formula was, on units nobody had seen."""
    found = asks.standings(settings.HOME)
    scored = [one for one in found if one.curve.points]
    drawn = next((one for one in found if len(one.curve.points) >= _CURVE), None)
    return Shown(
        picture=_curve(drawn) if drawn else None,
        lines=tuple(_formula(one) for one in scored),
        nothing="" if scored else "No period has been scored yet: an outcome must become known first.",
        note=_explained(", ".join(one.formula.title.lower() for one in found if not one.curve.points)),
    )


def _explained(unscored: str) -> str:
    told = "Share of the naive answer's loss that each saves, with its 90% interval."
    return f"{told} Not scored yet: {unscored}." if unscored else told


def _curve(one: asks.Standing) -> Picture:
    rows = [point_row(point) for point in one.curve.points]
    caption = "0 is the naive answer; the band is the 90% interval, the dashed line the first version."
    return Picture(one.formula.title, curve_chart(one.curve), POINT_COLUMNS, rows, caption)


def _formula(one: asks.Standing) -> Line:
    url = reverse("loop:versions", args=[one.formula.name])
    gain, lo, hi = (of_naive(one.curve, end) for end in (one.curve.gain, one.curve.lo, one.curve.hi))
    badge = f"in use: {word_of(one.last.next)}" if one.last else ""
    if gain is None or lo is None or hi is None:
        return Line(one.formula.title, url, one.curve.reading, badge)
    units = f"n = {sum(point.units for point in one.curve.points):,}"
    return Line(
        one.formula.title, url, f"{gain:.1%} ({lo:.1%} to {hi:.1%}), {units}. {one.curve.reading}", badge
    )


def brought(request: HttpRequest) -> Shown:  # noqa: ARG001 -- the same for everybody who may see it
    """What the formulas in use brought over the baseline, by hold-outs; else as far as compared."""
    whole = worths.worth(Facts.published(settings.HOME)).worth
    told = whole.newest
    answered = told.drawn if told.drawn.customers else told.wider
    if answered.customers is None:
        raise NotEnoughData(f"{reading(answered, whole)}: {', '.join(answered.missing)}", unit="formulas")
    tiles = [_amount("Customers over the baseline", "", answered.customers)]
    if answered.mrr is not None:
        tiles.append(_amount("MRR over the baseline", whole.currency, answered.mrr))
    evidence = Evidence.DRAWN if told.drawn.customers else Evidence.COMPARED
    note = f"{', '.join(answered.adds)}, {EVIDENCE_WORDS[evidence]}."
    if answered.missing:
        note = f"{note} Not known yet: {', '.join(answered.missing)}."
    return Shown(sentence=f"{reading(answered, whole)}.", tiles=tuple(tiles), note=note)


def _amount(label: str, unit: str, one: Amount) -> Tile:
    return Tile(label, one.value, unit, one.lo, one.hi)


def drift(request: HttpRequest) -> Shown:
    """Formulas whose inputs or promises have drifted."""
    found = asks_drift.drifts(settings.HOME)
    alarmed = [one for one in found if one.seen and one.seen.alarms]
    url = reverse("loop:drift")
    may = request.user.has_perm(DECIDES)
    return Shown(
        lines=tuple(_watched(one) for one in found),
        nothing="" if found else "No formula is watched day by day yet.",
        todos=tuple(
            Todo(
                f"Look at the drift of {one.formula.title.lower()}", url, "Open drift",
                one.seen.reading if one.seen else "", Urgency.TODAY,
            )
            for one in alarmed
            if may
        ),
    )  # fmt: skip


def _watched(one: asks_drift.DriftStanding) -> Line:
    url = reverse("loop:drift")
    if one.seen is None:
        return Line(one.formula.title, url, one.missing, "not enough yet")
    if one.seen.alarms:
        return Line(one.formula.title, url, one.seen.reading, "alarm", "bad")
    return Line(one.formula.title, url, one.seen.reading, "no alarm", "good")


def decisions(request: HttpRequest) -> Shown:
    """Advice that waits for an answer, then what was decided last."""
    found = asks_decisions.decisions(reader_of(request))
    waits = [one for one in found if one.record.state == State.OPEN]
    done = [one for one in found if one.record.decided_at is not None]
    shown = (*waits, *done)
    first = waits[-1:] if request.user.has_perm(DECIDES) else []
    return Shown(
        lines=tuple(_advice(one) for one in shown[:_LINES]),
        more=max(len(shown) - _LINES, 0),
        nothing="" if shown else "Nothing was advised yet.",
        todos=tuple(
            Todo(f"Decide: {_short(one)}", _url(one), "Read the advice", _promise(one), Urgency.SOON)
            for one in first
        ),
    )


def _advice(one: Decision) -> Line:
    record = one.record
    if record.decided_at is None:
        return Line(record.sentence, _url(one), _promise(one), "waits", "warn")
    by = f" by {record.decided_by}" if record.decided_by else ""
    why = f": {record.reason.rstrip('.')}." if record.reason else "."
    return Line(record.sentence, _url(one), f"{record.decided_at:%-d %b %Y}{by}{why}", str(one.state))


def _promise(one: Decision) -> str:
    told = one.evidence
    span = "" if told.lo is None or told.hi is None else f" ({told.lo:,.3g} to {told.hi:,.3g})"
    return f"Promised: {told.estimate:,.3g} {told.unit}{span}, n = {told.n:,}."


def _short(one: Decision) -> str:
    text = one.record.sentence.rstrip(".").split(": ", maxsplit=1)[0]
    return f"{text[:1].lower()}{text[1:]}"


def _url(one: Decision) -> str:
    return reverse("loop:decision", args=[one.record.pk])


PANELS = (
    Panel("loop.worth", "What the formulas are worth", "loop:worth", "How this is known", brought),
    Panel("loop.curves", "The curve", "loop:scores", "Formula scores", curves),
    Panel("loop.drift", "Drift", "loop:drift", "What was seen", drift),
    Panel("loop.decisions", "Decisions", "loop:decisions", "The decision log", decisions, is_wide=True),
)
