"""Ways to make an index of the same data: the loop tries them all on hires who came later, and uses one."""

from quintet.hiring.terms.words import OVERALL

LEARNED, WRITTEN, VERDICT = "what outcomes tell", "written weights", "the interviewers' verdict"
RECIPES = {
    LEARNED: "written weights, changed as far as outcomes here tell",
    WRITTEN: "the weights written down before, whatever outcomes say",
    VERDICT: "what interviewers said of the whole, and no criterion",
}


def scores_of(recipe: str) -> str:
    """Which scores a recipe is fed: OVERALL for the verdicts, all criteria otherwise."""
    return OVERALL if recipe == VERDICT else ""
