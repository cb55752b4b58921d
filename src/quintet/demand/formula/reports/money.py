"""What a customer is worth and costs, by source; and keep, test or stop where that is known well enough."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.demand.metrics.reports import B1, F8, I8, ReportLeads, Spent, member
from quintet.demand.terms.reports import Advice, Amount, Rate, ReportQuestion
from quintet.kernel.finding import Status
from quintet.stats.strata import fit_means

FEWEST_CUSTOMERS, ENOUGH_CUSTOMERS = 5, 20
#: Without a lifetime formula a customer counts for a year of what was signed: stated wherever it is used.
MONTHS_COUNTED = 12
SURE = 0.95
LEAST_KNOWN = 0.5
LEAST_LEADS = 30
_Z90 = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Worth:
    """What a customer of each group is worth.

    Args:
        amounts: as shown.
        mean: [J] in currency over the time counted; NaN where unknown.
        error: [J] its standard error.
        basis: what is counted, in words.
    """

    amounts: tuple[Amount, ...]
    mean: F8
    error: F8
    basis: str

    def of(self, place: int) -> tuple[float, float, str]:
        """Mean, standard error and basis of one group."""
        return float(self.mean[place]), float(self.error[place]), self.basis


def worth_of(
    leads: ReportLeads,
    picked: tuple[B1, I8],
    names: tuple[str, ...],
    lifetimes: Mapping[str, Amount] | None,
    margin: float = 1.0,
) -> Worth:
    """The value of a customer per group: lifetime value where that is known, else what was signed.

    Means of groups are pulled to the common mean by as much of their spread as luck explains.

    Args:
        leads: all leads.
        picked: [n] which count, and [n] each one's group.
        names: of the groups.
        lifetimes: name → lifetime value of a customer, at the gross margin already.
        margin: gross margin, a share of what was signed.
    """
    chosen, group = picked
    if lifetimes and any(name in lifetimes for name in names):
        return _from_lifetimes(names, lifetimes)
    monthly = bool((~np.isnan(leads.mrr[chosen])).any())
    value = leads.mrr if monthly else leads.amount
    label = "mean monthly revenue signed" if monthly else "mean value signed"
    basis = f"{MONTHS_COUNTED} months of revenue" if monthly else "the value signed"
    currency = _currency(leads, chosen & ~np.isnan(value))
    counted = [value[chosen & (group == place) & ~np.isnan(value)] for place in range(len(names))]
    mean, error = _shrunken(counted)
    times = (MONTHS_COUNTED if monthly else 1) * margin
    basis += "" if margin == 1.0 else f" at a gross margin of {margin:.0%}"
    if currency is None:
        mean = np.full_like(mean, np.nan)
    amounts = tuple(
        _amount(one.size, float(m), float(e), label, currency)
        for one, m, e in zip(counted, mean, error, strict=True)
    )
    return Worth(amounts, mean * times, error * times, basis)


def _from_lifetimes(names: tuple[str, ...], lifetimes: Mapping[str, Amount]) -> Worth:
    unknown = Amount(0, "lifetime value", reason="no lifetime value is known for it")
    amounts = tuple(lifetimes.get(name, unknown) for name in names)
    mean = np.array([np.nan if one.value is None else one.value for one in amounts])
    width = [
        ((one.hi or 0.0) - (one.lo or 0.0)) / (2 * _Z90) if one.value is not None else 0.0 for one in amounts
    ]
    return Worth(amounts, mean, np.array(width), "the lifetime value")


def _currency(leads: ReportLeads, told: B1) -> str | None:
    """The one currency of these leads; None when there are several."""
    codes = np.unique(leads.words["currency"].codes[told])
    codes = codes[codes >= 0]
    if len(codes) > 1:
        return None
    return leads.words["currency"].levels[int(codes[0])] if len(codes) else ""


def _shrunken(counted: list[F8]) -> tuple[F8, F8]:
    """Means per group, pulled together, and their standard errors; NaN below the fewest customers."""
    mean, error = np.full(len(counted), np.nan), np.full(len(counted), np.nan)
    enough = [place for place, one in enumerate(counted) if one.size >= FEWEST_CUSTOMERS]
    if not enough:
        return mean, error
    pool = np.concatenate([counted[place] - counted[place].mean() for place in enough])
    spread = float(np.sqrt((pool**2).sum() / max(pool.size - len(enough), 1)))
    raw = np.array([counted[place].mean() for place in enough])
    errors = np.array([max(spread, 1e-9) / np.sqrt(counted[place].size) for place in enough])
    if len(enough) > 1:
        fit = fit_means(raw, errors)
        raw, errors = fit.mean, fit.error
    mean[enough], error[enough] = raw, errors
    return mean, error


def _amount(n: int, mean: float, error: float, label: str, currency: str | None) -> Amount:
    if currency is None:
        return Amount(n, label, reason="signed in several currencies")
    if np.isnan(mean):
        return Amount(n, label, currency, reason=f"{n} customers of {FEWEST_CUSTOMERS} needed")
    status = Status.SPEAKS if n >= ENOUGH_CUSTOMERS else Status.HEDGED
    reason = "" if status is Status.SPEAKS else f"{n} customers"
    return Amount(n, label, currency, mean, mean - _Z90 * error, mean + _Z90 * error, status, reason)


def spent_on(spent: Spent, kind: str, name: str, question: ReportQuestion) -> float | None:
    """Money booked for a source or campaign within the period; None where there is none, or no one currency.

    Spend is booked for all segments together, so none is given for one of them.
    """
    if spent.is_mixed or question.segment or not name:
        return None
    column = spent.source if kind == "source" else spent.campaign
    start, end = np.datetime64(question.start, "us"), np.datetime64(question.end, "us")
    mine = member(column, name) & (spent.booked_at >= start) & (spent.booked_at < end)
    return float(spent.amount[mine].sum()) if mine.any() else None


def costs_of(spend: float | None, currency: str, leads: int, won: Rate) -> tuple[Amount, Amount]:
    """Cost per lead, and per customer to expect of these leads, with the interval of their rate."""
    if spend is None or not leads:
        lacking = "no spend is booked for it"
        return Amount(leads, "cost per lead", reason=lacking), Amount(
            won.converted, "cost per customer", reason=lacking
        )
    per_lead = Amount(leads, "cost per lead", currency, spend / leads, status=Status.SPEAKS)
    if won.rate is None or won.lo is None or won.hi is None:
        return per_lead, Amount(won.converted, "cost per customer", currency, reason=won.reason)
    each = spend / leads
    return per_lead, Amount(
        won.converted,
        "cost per customer to expect",
        currency,
        each / won.rate,
        each / won.hi,
        each / max(won.lo, 1e-9),
        won.status,
        won.reason,
    )


def advice_of(
    won: Rate, draws: F8, worth: tuple[float, float, str], per_lead: Amount, *, differ: bool
) -> Advice:
    """Keep, test or stop: only where what a lead brings against what it costs is known well enough.

    With its cost known, by the probability that a lead brings more than it costs: at least 95 % keep, at
    most 5 % stop, else test. With no cost known, keep where sources differ beyond chance and it is above
    the others; without a cost nothing is stopped.

    Args:
        won: rate to won in the end.
        draws: of that rate.
        worth: mean value of a customer, its standard error, and what it counts.
        per_lead: cost of a lead.
        differ: do the groups differ beyond chance?
    """
    if won.rate is None or won.n < LEAST_LEADS or won.known_share < LEAST_KNOWN:
        return Advice("", f"{won.n} leads, {won.known_share:.0%} of the outcomes known: too early")
    mean, error, basis = worth
    if per_lead.value is None:
        if differ and (won.p_above or 0.0) >= SURE:
            return Advice("keep", "its rate is above the others beyond chance; its cost is not known")
        return Advice("", "its cost is not known, and its rate alone does not say stop")
    if np.isnan(mean):
        return Advice("", "too few customers to say what one is worth")
    value = mean + error * np.random.default_rng(0).standard_normal(draws.size)
    pays = float((draws * value > per_lead.value).mean())
    word = "keep" if pays >= SURE else "stop" if pays <= 1.0 - SURE else "test"
    return Advice(word, f"probability {pays:.2f} that a lead brings more than it costs, counting {basis}")
