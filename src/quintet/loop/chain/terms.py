"""The chain: reps on equal leads, leads with equal reps, and which trait or module goes with which step."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: Each column of the chain, in the order of the funnel, and how it is said.
CUSTOMER, LIFETIME, WORTH = "customer", "lifetime", "worth"
STEPS = ("connected", "qualified", "demo", "won")
COLUMNS = {
    "connected": "Worked lead → connect",
    "qualified": "Connect → qualifying call",
    "demo": "Qualifying call → demo",
    "won": "Demo → customer",
    LIFETIME: "Lifetime of a customer",
    WORTH: "Lifetime value of a customer",
}
#: Days after which a worked lead counts as won or not.
CUSTOMER_DAYS = 120
#: Reps who are comparable, leads and successes below which reps and leads are not told apart.
FEWEST_REPS, FEWEST_LEADS, FEWEST_WON = 4, 200, 20
#: Of a rep so many successes and failures must be due before he is held against a criterion.
FEWEST_DUE = 5.0
#: Of the links claimed at most this share is expected to be chance; of intervals.
FALSE_SHARE, LEVEL = 0.10, 0.90
#: A difference worth acting on: a tenth of the step's rate, or of the value.
WORTHWHILE = 0.10


class Standing(StrEnum):
    """Where a rep, or a kind of leads, stands beside the average."""

    ABOVE = "above"
    BELOW = "below"
    OPEN = "open"
    REFUSED = "refused"


@dataclass(frozen=True)
class RepLine:
    """One rep: as counted, and on equal leads.

    Args:
        rep_id: who.
        leads: worked, old enough to tell.
        won: of these.
        rate: what he would win of the company's leads; None when refused.
        lo: lower end of its interval.
        hi: upper end.
        standing: beside the average lead's rep.
        reason: why refused.
    """

    rep_id: int
    leads: int
    won: int
    rate: float | None
    lo: float | None
    hi: float | None
    standing: Standing
    reason: str = ""

    @property
    def raw(self) -> float:
        """Won of the leads he got."""
        return self.won / self.leads


@dataclass(frozen=True)
class KindLine:
    """One kind of leads: as counted, and with equal reps.

    Args:
        family: what tells it apart, e.g. source.
        name: which.
        leads: worked, old enough to tell.
        won: of these.
        reps: who work it.
        rate: what the average rep would win of it; None when refused.
        lo: lower end of its interval.
        hi: upper end.
        standing: beside the average lead.
        reason: why refused.
    """

    family: str
    name: str
    leads: int
    won: int
    reps: int
    rate: float | None
    lo: float | None
    hi: float | None
    standing: Standing
    reason: str = ""

    @property
    def raw(self) -> float:
        """Won of them, by whoever worked them."""
        return self.won / self.leads


@dataclass(frozen=True)
class Apart:
    """Reps and leads, told apart.

    Args:
        reps: by rate, best first; the refused last.
        kinds: by family, best first in each; the refused last.
        rate: won of all these leads.
        missing: why nothing is told; empty when something is.
        has_differences: do reps differ by more than chance on equal leads?
    """

    reps: tuple[RepLine, ...] = ()
    kinds: tuple[KindLine, ...] = ()
    rate: float = 0.0
    missing: str = ""
    has_differences: bool = False


class Verdict(StrEnum):
    """What may be said of a link."""

    MORE = "goes with more"
    LESS = "goes with less"
    LITTLE = "makes little difference"
    OPEN = "cannot tell yet"
    SILENT = "too few to ask"


@dataclass(frozen=True)
class Link:
    """One criterion or module beside one step.

    Args:
        of: criterion or module.
        key: which.
        name: what it is called.
        column: one of COLUMNS.
        n: hires scored and known, or reps with leads before and after.
        base: the step's rate in the company; 1 for a lifetime and for a value.
        value: change of the rate, in shares (0.02 is two points), or of lifetime or value as a share of
            it; by one standard deviation of the score, or after the module. None when silent.
        lo: lower end of its interval.
        hi: upper end.
        level: of the interval; wider for what is claimed, since it was chosen.
        p_value: of no link, two-sided.
        q_value: the same corrected for all links looked at.
        verdict: what may be said.
        reason: what is missing where nothing can be told.
    """

    of: str
    key: str
    name: str
    column: str
    n: int
    base: float
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    level: float = LEVEL
    p_value: float = 1.0
    q_value: float = 1.0
    verdict: Verdict = Verdict.SILENT
    reason: str = ""

    @property
    def is_claimed(self) -> bool:
        """Does it stand after correcting for all that were looked at?"""
        return self.verdict in {Verdict.MORE, Verdict.LESS}


@dataclass(frozen=True)
class ColumnRate:
    """How often a step is passed in the company; of a lifetime, how often a customer is lost in a month.

    Args:
        column: which.
        rate: 0 to 1.
        n: leads, or customer-months, that were counted.
    """

    column: str
    rate: float
    n: int


@dataclass(frozen=True)
class Chain:
    """The whole answer.

    Args:
        until: newest day of the data.
        apart: reps and leads.
        links: criteria first, then modules, each in the order of COLUMNS.
        rates: of each column that is known, in the order of COLUMNS.
        notes: why a column, or all criteria, are missing.
    """

    until: date
    apart: Apart
    links: tuple[Link, ...]
    rates: tuple[ColumnRate, ...]
    notes: tuple[str, ...] = ()

    @property
    def tested(self) -> int:
        """Links that were looked at."""
        return sum(one.value is not None for one in self.links)

    @property
    def claimed(self) -> tuple[Link, ...]:
        """Those that stand, surest first."""
        return tuple(sorted((one for one in self.links if one.is_claimed), key=lambda one: one.q_value))
