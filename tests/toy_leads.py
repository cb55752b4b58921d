"""The toy formula on a company's leads, and leads for it."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np

from builders import interaction, offered
from toy_formula import Numbers, Toy


class ToyOfLeads(Toy):
    """The toy formula on the leads of a home: a lead's number is how many letters its source has."""

    def watch(self, facts, version, span, setting):
        """As the toy."""
        return super().watch(_numbers(facts), version, span, setting)

    def setting(self, facts, until):
        """As the toy."""
        return super().setting(_numbers(facts), until)

    def fit(self, facts, until, recipe, setting):
        """As the toy."""
        return super().fit(_numbers(facts), until, recipe, setting)

    def trial(self, facts, since, until, setting):
        """As the toy."""
        return super().trial(_numbers(facts), since, until, setting)


def _numbers(facts):
    known = facts.table("leads")
    rows = facts.arrow(known.filter(known.created_at.notnull()).order_by("created_at", "lead_id")).to_pylist()
    at = np.array([row["created_at"] for row in rows], dtype="datetime64[us]")
    value = np.array([float(len(row["source"])) for row in rows])
    return Numbers(at, value, np.array([row["lead_id"] % 12 for row in rows]))


def leads(first, days, recorded=None, source="web"):
    """Three leads a day from the so many-th day of 2025 on."""
    start = datetime(2025, 1, 1, 12, tzinfo=UTC)
    rows = []
    for day in range(first, first + days):
        at = start + timedelta(days=day)
        known = {"recorded_at": recorded or at, "detail": json.dumps({"source": source})}
        rows += [
            interaction("lead.created", at, lead=f"{source}-{day}-{number}", **known) for number in range(3)
        ]
    return offered(*rows)
