"""What a lead is worth if it becomes a customer: its lifetime value, else the mean monthly revenue."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from quintet.demand.terms.examples import F8
from quintet.demand.terms.leads import Basis, ValueBasis
from quintet.demand.terms.lifetime import LifetimeFit
from quintet.facts.published import Facts
from quintet.kernel.shelf import Shelf


@dataclass(frozen=True)
class Worth:
    """What leads are worth by now.

    Args:
        facts: the published version.
        lifetime: the lifetime fit in use; None where there is none that speaks.
        margin: gross margin, where lifetime values are not known, which have theirs already.
        key: what it rests on; another key, other values.
    """

    facts: Facts
    lifetime: LifetimeFit | None
    margin: float
    key: str

    @classmethod
    def of(cls, facts: Facts, margin: float) -> "Worth":
        """As it stands now."""
        shelf = Shelf(facts.home, "demand.lifetime")
        uses = shelf.uses()
        found = LifetimeFit.of(shelf.read(uses[-1].version)) if uses else None
        if found is None or found.value().estimate is None:
            return cls(facts, None, margin, f"mean of facts version {facts.version} at {margin:.4g}")
        return cls(facts, found, margin, f"lifetime {uses[-1].version}")

    def told(self, origins: pa.Table) -> tuple[F8, Basis]:
        """[n] worth of each lead, and what that is.

        Args:
            origins: source and segment of each lead.
        """
        if self.lifetime is None:
            return self._mean(origins.num_rows)
        value = _by_lifetime(origins, self.lifetime)
        share = self.lifetime.margin
        sentence = "expected lifetime value by source and segment" + _at(share)
        mean = float(value.mean()) if value.size else 0.0
        told = ValueBasis("lifetime", self.lifetime.currency, mean, self.lifetime.customers, sentence)
        return value, Basis(self.key, told)

    def _mean(self, leads: int) -> tuple[F8, Basis]:
        """The mean of all customers; nothing in money where none has an MRR in the commonest currency."""
        table = self.facts.table("leads")
        won = table.filter(table.is_won & table.mrr.notnull())
        counted = won.group_by("currency").agg(n=won.count(), mean=won.mrr.mean())
        rows = sorted(self.facts.arrow(counted).to_pylist(), key=lambda row: -row["n"])
        if not rows:
            sentence = "every customer counted alike: no value is recorded"
            return np.ones(leads), Basis(self.key, ValueBasis("none", "customers", 1.0, 0, sentence))
        mean, currency, n = float(rows[0]["mean"]) * self.margin, rows[0]["currency"] or "", int(rows[0]["n"])
        sentence = "the mean monthly revenue of a customer, as lifetime value was not worked out yet"
        told = ValueBasis("mrr", currency, mean, n, sentence + _at(self.margin))
        return np.full(leads, mean), Basis(self.key, told)


def _at(margin: float) -> str:
    return "" if margin == 1.0 else f", at a gross margin of {margin:.0%}"


def _by_lifetime(origins: pa.Table, found: LifetimeFit) -> F8:
    """By source and segment, asked once for each pair."""
    codes = [
        origins[name].combine_chunks().dictionary_encode(null_encoding="encode")
        for name in ("source", "segment")
    ]
    words = [one.dictionary.to_pylist() for one in codes]
    grid = np.array([[_worth(found, source, segment) for segment in words[1]] for source in words[0]])
    at = [one.indices.to_numpy(zero_copy_only=False) for one in codes]
    value: F8 = grid[at[0], at[1]]
    return value


def _worth(found: LifetimeFit, source: str | None, segment: str | None) -> float:
    told = found.value(source or "", segment or "").estimate
    return float(told if told is not None else found.value().estimate or 0.0)
