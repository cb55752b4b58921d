"""What becomes of the decision log when a person is erased."""

from quintet.ledger.erasers import Eraser, Records, Untouched

ERASERS: tuple[Eraser, ...] = (
    Records(
        "loop.Recommendation",
        "Advice about the person is deleted, as it is from the ledger; from other advice the name is cut.",
        own={"rep": "rep_id", "candidate": "candidate_id"},
        texts=("sentence", "to", "evidence", "reason", "followed", "key", "source_ref"),
    ),
    Untouched("loop.PickedUp", "A number of a batch."),
)
