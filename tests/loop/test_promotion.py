"""Who earns to be used next: recipe against recipe, valid however often one looks."""

from datetime import UTC, datetime

import numpy as np

from quintet.kernel.recipe_in_use import RecipeInUse
from quintet.loop.promotion import chosen, contests, decided
from quintet.loop.terms import BASELINE, IN_USE, Cluster, Contest, Turn


def turn(clusters, in_use="all past", period="Q"):
    """A turn that scored these clusters."""
    return Turn("toy", period, "2025-01-01", "2025-04-01", in_use=in_use, units=1, clusters=tuple(clusters))


def test_a_rival_is_held_against_the_recipe_in_use_and_not_against_what_was_used_before_it():
    """Leads decided while the naive answer was used say nothing against the recipe that followed it."""
    rng = np.random.default_rng(1)
    same = rng.normal(0.2, 0.02, 60)
    told = [
        Cluster(str(at), 5, {"all past": loss, "recent": loss, IN_USE: loss + 0.1, BASELINE: loss + 0.1})
        for at, loss in enumerate(same)
    ]
    held = contests((), turn(told), ("recent", BASELINE))

    assert held[0].gain == 0
    assert chosen("all past", held) == "all past"
    assert held[1].gain < 0


def better_by(gain, rng, clusters=40):
    """Clusters in which the rival loses less than the recipe in use by about so much."""
    noise = rng.normal(0.0, 0.02, clusters)
    return [
        Cluster(str(at), 5, {"all past": 0.2, "recent": 0.2 - gain - noise[at], IN_USE: 0.2, BASELINE: 0.2})
        for at in range(clusters)
    ]


def test_a_bad_beginning_does_not_hold_a_challenger_back():
    """Two quarters far worse, two a little better: promoted on the clusters of the latter, and says so."""
    rng = np.random.default_rng(2)
    gains = {"Q1": -0.1, "Q2": -0.1, "Q3": 0.02, "Q4": 0.02}
    turns = [turn(better_by(gain, rng), period=period) for period, gain in gains.items()]
    (held,) = contests(turns[:-1], turns[-1], ("recent",))

    assert held.is_won
    assert (held.since, held.clusters) == ("Q3", 80)
    assert 0 < held.lo < held.gain < 0.03


def test_while_nothing_is_shown_the_whole_time_counts():
    """A challenger that is worse throughout is told over all clusters."""
    rng = np.random.default_rng(3)
    turns = [turn(better_by(-0.02, rng), period=f"Q{at}") for at in (1, 2, 3)]
    (held,) = contests(turns[:-1], turns[-1], ("recent",))

    assert not held.is_won
    assert (held.since, held.clusters) == ("Q1", 120)


def decided_turn(period, before, after, clusters=40):
    """A turn that left this in use."""
    held = Contest("fading", before, 0.0, -1.0, 1.0, clusters, 30, is_won=False)
    until = f"2025-{3 * period + 1:02d}-01T00:00:00+00:00"
    return Turn(
        "toy",
        f"2025Q{period}",
        "",
        until,
        in_use=before,
        next=after,
        contests=(held,),
        reading=f"why {period}",
    )


def test_what_is_in_use_is_told_with_since_when_and_why():
    """The promotion of the second quarter stands, whatever later turns said."""
    turns = [decided_turn(1, BASELINE, BASELINE, 9), decided_turn(2, BASELINE, "fading")]
    found = decided([*turns, decided_turn(3, "fading", "fading")])

    assert found == RecipeInUse("fading", datetime(2025, 7, 1, tzinfo=UTC), "2025Q2", "why 2")


def test_while_it_is_too_early_nothing_is_decided():
    """Nine clusters of thirty: whoever fits the formula goes on as without a loop."""
    assert decided([]) is None
    assert decided([decided_turn(1, BASELINE, BASELINE, 9)]) is None


def test_where_nothing_earned_it_the_naive_answer_is_in_use():
    """Forty clusters and no winner; likewise after a recipe fell."""
    found = decided([decided_turn(1, BASELINE, BASELINE, 9), decided_turn(2, BASELINE, BASELINE)])
    fallen = decided([decided_turn(1, BASELINE, "fading"), decided_turn(2, "fading", BASELINE, 9)])

    assert found.is_naive
    assert found.why == "why 2"
    assert fallen.is_naive
    assert fallen.since == datetime(2025, 7, 1, tzinfo=UTC)
