"""The product's side of a simulated company: its home, its people with accounts, its nightly work."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.simulate.stepped.company import SteppedCompany

TRACK = "new-reps"
_MORNING = timedelta(hours=13)


class Office:
    """One home in which decisions are taken; every instant is the simulated one.

    Args:
        home: the folder.
        company: on its way.
        follows: the formulas that are fitted; one that is switched off is not.
    """

    def __init__(self, home: Home, company: "SteppedCompany", follows: frozenset[str]) -> None:
        """Open the office: a database, accounts, criteria before the first score, a curriculum."""
        from django.core.management import call_command

        from quintet.site.server import set_up

        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home, self.company, self.follows = home, company, follows
        set_up(home)
        call_command("migrate", interactive=False, verbosity=0)
        self.by = self._accounts()
        self._write_down()

    @property
    def now(self) -> datetime:
        """The first morning of the month that begins, UTC."""
        start = int(self.company.spec.month_starts[self.company.month])
        return datetime.fromtimestamp(start / 1e6, tz=UTC) + _MORNING

    def facts(self) -> "Facts":
        """The newest published facts."""
        from quintet.facts.published import Facts

        return Facts.published(self.home)

    def load(self, batch: pa.RecordBatch) -> None:
        """A month of history arrives; what was decided here goes to the ledger with it."""
        from quintet.facts.refresh import rebuild, refresh
        from quintet.facts.versions import current_version
        from quintet.ledger import mover
        from quintet.ledger.identity import Aliases
        from quintet.ledger.interactions import Interactions
        from quintet.simulate.spec import ZONE

        mover.move(self.home)
        Interactions(self.home).append(pa.Table.from_batches([batch]), dedupe=False)
        if current_version(self.home.facts) is None:
            Aliases(self.home).link(self.company.aliases())
            rebuild(self.home, zone=ZONE)
        else:
            refresh(self.home)

    def work(self, *, is_quarter: bool) -> None:
        """What the worker does at night: take in who applied, fit the score, draw lots.

        Args:
            is_quarter: fit the index and the ramp, too.
        """
        from quintet.demand.actions import routing, score
        from quintet.demand.actions.margin import margin_share
        from quintet.hiring.actions.history import adopt_history
        from quintet.hiring.actions.index import renew_index
        from quintet.training.actions.ramp import renew_ramp

        with closing(self.facts()) as facts:
            adopt_history(facts, self.now)
            if is_quarter and "hiring" in self.follows:
                renew_index(facts, now=self.now)
            if is_quarter and "training" in self.follows:
                renew_ramp(facts, now=self.now)
            if "demand" in self.follows:
                score.renew(facts, margin=margin_share(), now=self.now)
                routing.route(facts, self.now)

    def take_in(self) -> None:
        """Who applied gets a record; nothing is fitted."""
        from quintet.hiring.actions.history import adopt_history

        with closing(self.facts()) as facts:
            adopt_history(facts, self.now)

    def turn(self) -> str:
        """Score, refit and promote the formulas that are followed through the newest quarter that is over."""
        from quintet.loop.formulas import formulas
        from quintet.loop.jobs import turned

        return turned(
            self.home, brought=[one for one in formulas() if one.name.split(".")[0] in self.follows]
        )

    def _accounts(self) -> dict[str, Any]:
        from quintet.site.models import User

        roles = ("executive", "manager", "recruiter", "enablement")
        return {
            role: User.objects.filter(role=role).first()
            or User.objects.create_user(f"{role}@proving.test", role, None, name=role.title())
            for role in roles
        }

    def _write_down(self) -> None:
        """What is thought to matter, before the data: criteria, and modules in their order."""
        from quintet.hiring.actions.criteria import take_examples as take_criteria
        from quintet.hiring.models.criteria import Criterion
        from quintet.simulate.people import CRITERIA_NAMES
        from quintet.training.actions.modules import take_examples as take_modules

        before = self.now - timedelta(days=60)
        if not Criterion.objects.exists():
            take_criteria(CRITERIA_NAMES, by=self.by["recruiter"], now=before)
            take_modules([TRACK], by=self.by["enablement"], now=before)
