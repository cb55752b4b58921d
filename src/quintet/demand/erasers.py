"""What becomes of demand's records when a person is erased."""

from quintet.ledger.erasers import Eraser, Records, Untouched

ERASERS: tuple[Eraser, ...] = (
    Records(
        "demand.ExperimentLead",
        "Deleted: a lead that is gone counts in no cell. What an experiment has shown so far stays, as it is "
        "a sum over all.",
        own={"lead": "lead_id"},
    ),
    Records(
        "demand.Experiment",
        "Stays; who is named in its texts is cut.",
        texts=("name", "question", "reason", "design", "result"),
    ),
    Records("demand.Contract", "Stays; who is named in its texts is cut.", texts=("note", "clauses")),
    Records("demand.TypedPoints", "Stays; who is named in the note is cut.", texts=("note", "table")),
    Records("demand.ColumnJudgement", "Stays; who is named in the reason is cut.", texts=("reason",)),
    Records("demand.HoldoutShare", "Stays; who is named in the reason is cut.", texts=("reason",)),
    Untouched("demand.Acceptance", "Who accepted it is an account, which loses its name."),
    Untouched("demand.GrossMargin", "A figure of the company."),
    Untouched("demand.SalesCapacity", "A figure of the company."),
)
