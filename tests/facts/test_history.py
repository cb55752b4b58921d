"""The facts as they were known at a past instant: no look at what was recorded later."""

from datetime import UTC, datetime

import pytest

from builders import at, interaction, offered
from quintet.facts.history import facts_as_known
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

THEN = datetime(2026, 2, 1, tzinfo=UTC)
TABLES = ("leads", "attempts", "touches", "customers", "rep_months", "lead_fields", "behaviour")


def _early():
    return [
        interaction("lead.created", "2026-01-05", lead="ann", detail='{"source": "referral"}'),
        interaction("web.visited", "2026-01-06", lead="ann", content="/pricing"),
        interaction("call.attempted", "2026-01-07", lead="ann", rep="rita", outcome="connected"),
    ]


def _late():
    return [
        interaction("call.attempted", "2026-01-08", lead="ann", rep="rita", recorded_at=at("2026-02-03")),
        interaction("lead.created", "2026-02-10", lead="bob", detail='{"source": "web"}'),
        interaction("opportunity.won", "2026-02-11", lead="ann", opportunity="deal", amount=100),
    ]


def _rows(facts):
    told = {name: facts.arrow(facts.table(name)).to_pylist() for name in TABLES}
    return {name: sorted(map(str, rows)) for name, rows in told.items()}


def test_it_equals_a_home_that_only_got_what_was_recorded_by_then(home, tmp_path, now):
    """What was recorded later, also of an earlier day, is in no table."""
    Interactions(home).append(offered(*_early(), *_late()))
    rebuild(home, zone="UTC", now=now)
    other = Home.at(tmp_path / "other")
    Interactions(other).append(offered(*_early()))
    rebuild(other, zone="UTC", now=THEN)

    assert _rows(facts_as_known(home, THEN)) == _rows(Facts.published(other))


def test_the_published_version_is_left_alone(home, now):
    """A replay reads the ledger and writes in a folder of its own."""
    Interactions(home).append(offered(*_early(), *_late()))
    rebuild(home, zone="UTC", now=now)
    before = _rows(Facts.published(home))

    facts_as_known(home, THEN)

    assert _rows(Facts.published(home)) == before


def test_rows_that_arrive_later_but_were_recorded_long_ago_count(home, now):
    """A file loaded today may say what another system knew then: the instant is computed anew."""
    Interactions(home).append(offered(*_early()[:1]))
    rebuild(home, zone="UTC", now=now)
    before = len(_rows(facts_as_known(home, THEN))["touches"])
    Interactions(home).append(offered(*_early()[1:]))

    assert (before, len(_rows(facts_as_known(home, THEN))["touches"])) == (0, 1)


def test_an_instant_without_a_zone_is_refused(home):
    """Nine o'clock is not the same instant everywhere."""
    with pytest.raises(BadInput, match="needs a time zone"):
        facts_as_known(home, THEN.replace(tzinfo=None))
