"""Questions about spreadsheets of past scores: what one says, and who and what is known to read it by."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.hiring.formula.past_scores import read_past_scores
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.past_scores import PastScoresSheet
from quintet.hiring.terms.past_scores import Known, PastScores, Reading, Sheet
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home


def sheets() -> list[PastScoresSheet]:
    """Every sheet, newest first."""
    return list(PastScoresSheet.objects.select_related("handed_in_by"))


def sheet_of(one: PastScoresSheet) -> Sheet:
    """The table of a record."""
    return Sheet(one.name, tuple(one.columns), {int(line): row for line, row in one.rows})


def as_reading(told: Mapping[str, Any]) -> Reading:
    """How it is read, from its record."""
    return Reading(told["meanings"], told["lowest"], told["highest"], told["day_first"])


def read(home: Home, one: PastScoresSheet) -> PastScores:
    """What a sheet says as it is read now."""
    return read_past_scores(sheet_of(one), as_reading(one.reading), known(home))


def known(home: Home) -> Known:
    """Reps, interviewers and criteria that a sheet may name."""
    reps = _reps(home)
    people = {f"rep:{rep_id}": name for name, rep_id in reps.items()}
    interviewers = {name: key for key, name in people.items()}
    for user in get_user_model().objects.all():
        key = f"user:{user.pk}" if user.rep_id is None else f"rep:{user.rep_id}"
        interviewers |= {text.lower(): key for text in (user.email, user.name) if text}
    criteria = Criterion.objects.order_by("version").values_list("key", "name")
    named = {text.lower(): key for key, name in criteria for text in (key, name)}
    return Known(reps, interviewers, named)


def _reps(home: Home) -> dict[str, int]:
    """Name in lower case → rep_id, of names that one rep alone has."""
    try:
        facts = Facts.published(home)
    except NotEnoughData:
        return {}
    names = {rep_id: name.lower() for rep_id, name in names_of_reps(facts).items()}
    several = Counter(names.values())
    return {name: rep_id for rep_id, name in names.items() if several[name] == 1}
