"""Who earns to be used next: recipe against recipe, valid however often one looks."""

import numpy as np

from quintet.loop.promotion import chosen, contests
from quintet.loop.terms import BASELINE, IN_USE, Cluster, Turn


def turn(clusters, in_use="all past"):
    """A turn that scored these clusters."""
    return Turn("toy", "Q", "2025-01-01", "2025-04-01", in_use=in_use, units=1, clusters=tuple(clusters))


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
