"""What the loop has in use, told to whoever fits."""

from datetime import UTC, datetime

from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import RecipeInUse, recipe_in_use, use_recipe


def test_what_was_decided_is_read_back_and_can_be_taken_back(tmp_path):
    """Nothing before the first decision, nothing after it is withdrawn."""
    home = Home.at(tmp_path)
    use = RecipeInUse("fading", datetime(2026, 1, 1, tzinfo=UTC), "2025Q4", "It won.")
    assert recipe_in_use(home, "demand.lead_score") is None

    use_recipe(home, "demand.lead_score", use)
    assert recipe_in_use(home, "demand.lead_score") == use
    assert recipe_in_use(home, "hiring.success") is None
    assert not use.is_naive

    use_recipe(home, "demand.lead_score", None)
    assert recipe_in_use(home, "demand.lead_score") is None
