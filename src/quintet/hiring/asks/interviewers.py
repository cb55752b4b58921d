"""What interviewers are called: reps by the facts, accounts by their name, others as a spreadsheet did."""

from django.contrib.auth import get_user_model

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.ledger.telling import person

#: Stands before an interviewer whom only a spreadsheet of past scores knows.
BY_NAME = "name:"


def interviewer_names(facts: Facts | None) -> dict[str, str]:
    """Key of an interviewer → name, of reps and accounts; an account's name counts where somebody is both."""
    reps = {} if facts is None else names_of_reps(facts)
    users = {person(user): str(user) for user in get_user_model().objects.all()}
    return {f"rep:{rep_id}": name for rep_id, name in reps.items()} | users


def called(interviewer: str, names: dict[str, str]) -> str:
    """What one is called.

    Args:
        interviewer: key, as the facts have it.
        names: of `interviewer_names`.
    """
    return names.get(interviewer, interviewer.removeprefix(BY_NAME))
