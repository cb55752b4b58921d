"""Two reps, their leads, quotas and sales, as interactions worked by hand."""

import json

from builders import interaction, ref_id

ANN, BOB = ref_id("rep", "ann"), ref_id("rep", "bob")


def joined(rep, day, **detail):
    """Somebody's first day."""
    told = json.dumps({"name": rep.capitalize(), "role": "rep", "joined_on": day, **detail})
    return interaction("rep.joined", day, rep=rep, detail=told)


def leads(rep, day, count, *, won=0, mrr=100, source="web"):
    """Leads of one day, worked by a rep; the first `won` of them sign ten days later."""
    for number in range(count):
        name = f"{rep}{day}{source}{number}"
        detail = json.dumps({"source": source, "segment": "small"})
        yield interaction("lead.created", day, lead=name, detail=detail)
        yield interaction("lead.assigned", day, lead=name, rep=rep)
        yield interaction("call.attempted", day, lead=name, rep=rep, outcome="connected")
        if number < won:
            later = f"{day[:8]}{int(day[8:]) + 10}"
            yield interaction("opportunity.created", day, lead=name, rep=rep, opportunity=name)
            told = json.dumps({"mrr": mrr})
            yield interaction(
                "opportunity.won", later, lead=name, rep=rep, opportunity=name, amount=mrr * 12,
                currency="USD", detail=told,
            )  # fmt: skip


def quota(rep, day, amount):
    """The quota of a month."""
    return interaction("quota.set", day, rep=rep, amount=amount, currency="USD")


def ended():
    """The newest instant of the data."""
    return interaction("lead.created", "2025-12-31", lead="last")
