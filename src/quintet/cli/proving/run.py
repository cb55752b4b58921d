"""One company under one policy from the first month to the last."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING, Any

from quintet.cli.proving.deciding import Desk
from quintet.cli.proving.forks import Forks, Stand
from quintet.cli.proving.office import Office
from quintet.cli.proving.policies import Policy
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.simulate.spec import CompanySpec
from quintet.simulate.stepped import ceiling, gut
from quintet.simulate.stepped.company import Decisions, SteppedCompany
from quintet.simulate.stepped.outcomes import Quarter, quarters

if TYPE_CHECKING:
    from quintet.loop.terms import Curve

WORLDS = ("stable", "broken", "nothing")
LEADS = 40.0  # a month for a rep at full load
ATTRITION = 0.03  # a month
MONTHS = 3  # of a quarter
Say = Callable[[str], None]


@dataclass(frozen=True)
class CurveLine:
    """One formula in one quarter: what was in use beside the naive answer, on what nobody had seen."""

    formula: str
    period: str
    units: int
    gain: float
    lo: float | None
    hi: float | None
    in_use: str


@dataclass(frozen=True)
class Proved:
    """What came of one policy.

    Args:
        policy: its name.
        seed: of the company.
        quarters: what happened.
        curves: of the formulas; none by gut.
        readings: formula → its curve in a sentence.
        told: decisions a formula took, by kind.
        parted: formula → month from 0 in which it decided otherwise than gut for the first time.
        seconds: by the wall clock.
    """

    policy: str
    seed: int
    quarters: tuple[Quarter, ...]
    curves: tuple[CurveLine, ...]
    readings: dict[str, str]
    told: dict[str, int]
    parted: dict[str, int]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def order(reps: int, quarters: int, seed: int, *, start: date, world: str = "stable") -> CompanySpec:
    """The company of the proving ground: people come and go, so that hiring has something to decide.

    Args:
        reps: seats.
        quarters: how long.
        seed: everything random follows from it.
        start: its first day.
        world: stable; broken: after a third of the quarters the worths of leads are swapped; nothing: leads
            and people are alike but for chance.

    Raises:
        BadInput: when there is no such world.
    """
    if world not in WORLDS:
        raise BadInput(f"a world is one of {', '.join(WORLDS)}, got {world!r}")
    is_telling = world != "nothing"
    return CompanySpec(
        reps, quarters, seed, start, leads_per_rep_month=LEADS, monthly_attrition=ATTRITION, late_share=0.0,
        break_quarter=quarters // 3 + 1 if world == "broken" else 0, telling=is_telling,
        weak_share=0.3 if is_telling else 0.0, skill_spread=0.15 if is_telling else 0.0,
    )  # fmt: skip


def prove(
    spec: CompanySpec,
    policy: Policy,
    home: Home | None,
    say: Say = lambda _: None,
    *,
    forks: Forks | None = None,
    stand: Stand | None = None,
) -> Proved:
    """Take one company through its history.

    Args:
        spec: the company.
        policy: who decides.
        home: an empty folder for the product; None where no formula decides and none is needed.
        say: told each quarter.
        forks: keeps the company where a formula parts from gut; not kept when left out.
        stand: where to go on from, in the home of that stand; from the first month when left out.
    """
    began, company = time.perf_counter(), stand.company if stand else SteppedCompany(spec)
    told: dict[str, int] = {}
    parted: dict[str, int] = {}
    found: dict[str, Curve] = {}
    if home is None:
        _by_people(company, policy.knows)
    else:
        office = Office(home, company, policy.follows)
        desk = Desk(office, policy, *((stand.told, stand.picks) if stand else ()))
        parted = _by_product(desk, say, forks, is_resumed=stand is not None)
        told, found = desk.told, curves(home)
    lines = tuple(
        CurveLine(name, point.period, point.units, point.gain, point.lo, point.hi, point.in_use)
        for name, one in found.items()
        for point in one.points
    )
    readings = {name: one.reading for name, one in found.items()}
    seconds = time.perf_counter() - began
    return Proved(policy.name, spec.seed, tuple(quarters(company)), lines, readings, told, parted, seconds)


def _by_people(company: SteppedCompany, knows: frozenset[str]) -> None:
    """By gut; where they know it, by the truth."""

    def who(formula: str) -> ModuleType:
        return ceiling if formula in knows else gut

    for _ in range(company.spec.months):
        leads, coached = who("demand").worked(company), who("management").coached(company)
        hired, taught = who("hiring").hired(company), who("training").taught(company)
        company.play(Decisions(leads, coached[: company.sessions()], hired, taught))


def _by_product(desk: Desk, say: Say, forks: Forks | None, *, is_resumed: bool) -> dict[str, int]:
    """Month by month; formula → month in which it parted from gut."""
    office, policy, parted = desk.office, desk.policy, dict[str, int]()
    company = office.company
    first = company.month
    for month in range(first, company.spec.months):
        if not (is_resumed and month == first):  # a stand is kept with its formulas renewed
            _renew(office, policy, month, say)
        if forks:
            forks.before(desk.stand(), office.home)
        decisions = desk.decide()
        for name in desk.differing - parted.keys():
            parted[name] = month
            if forks:
                forks.keep(name)
        office.load(company.play(decisions))
    if forks:
        forks.close()
    if not policy.frozen:
        say(f"{office.now:%B %Y}: {office.turn()}")
    return parted


def _renew(office: Office, policy: Policy, month: int, say: Say) -> None:
    """What is worked out before the decisions of a month: nothing before there is any data."""
    if not month:
        return
    is_quarter = month % MONTHS == 0
    if not policy.renews(month):
        office.take_in()
        return
    if is_quarter:
        say(f"{office.now:%B %Y}: {office.turn()}")
    office.work(is_quarter=is_quarter)


def curves(home: Home) -> "dict[str, Curve]":
    """The curve of each formula in a home, so far as it was turned."""
    from quintet.loop.curve import curve
    from quintet.loop.formulas import formulas
    from quintet.loop.running import Turns

    return {one.name: curve(one.name, Turns(home, one.name).kept()) for one in formulas()}
