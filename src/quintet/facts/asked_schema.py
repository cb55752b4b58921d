"""Facts tables that are made when somebody first asks for them: grain, key and columns.

The others are in facts/schema.py. Instants are UTC without a zone.
Every table says when we knew what it tells.
"""

from quintet.facts.schema import TableSpec

LEAD_FIELDS = TableSpec(
    "lead_fields",
    "one row per lead, field and value a source gave it: what a lead was known to be, and since when.",
    ("lead_id", "name", "known_at", "value"),
    {
        "lead_id": ("int64", "the lead"),
        "name": ("string", "the field, as the source or its map names it"),
        "value": ("string", "the value as text; lists and objects are left out"),
        "known_at": ("timestamp", "when we knew; a later value does not replace an earlier one"),
    },
)

BEHAVIOUR = TableSpec(
    "behaviour",
    "one row per thing a lead did with our marketing, with when it happened and when we knew.",
    ("lead_id", "happened_at", "kind", "content"),
    {
        "lead_id": ("int64", "the lead"),
        "kind": ("string", "web.visited, form.submitted, email.opened, email.clicked or campaign.touched"),
        "content": ("string", "page, form, e-mail or campaign"),
        "outcome": ("string", "of a campaign: sent or replied"),
        "campaign": ("string", "the campaign"),
        "term": ("string", "the search term"),
        "happened_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

SPEND = TableSpec(
    "spend",
    "one row per amount that marketing booked.",
    ("booked_at", "campaign", "source"),
    {
        "booked_at": ("timestamp", "when"),
        "campaign": ("string", "the campaign"),
        "source": ("string", "the source of leads it paid for"),
        "amount": ("float64", "money spent, in currency"),
        "currency": ("string", "ISO 4217"),
    },
)

ORDERS = TableSpec(
    "orders",
    "one row per order of a customer who buys without a subscription.",
    ("customer_id", "ordered_at"),
    {
        "customer_id": ("int64", "the company, or the lead where there is none"),
        "lead_id": ("int64", "the lead; null for an order that names none"),
        "ordered_at": ("timestamp", "when"),
        "amount": ("float64", "value, in currency"),
        "currency": ("string", "ISO 4217"),
    },
)

SUBSCRIPTIONS = TableSpec(
    "subscriptions",
    "one row per start, change or end of a subscription.",
    ("opportunity_id", "lead_id", "changed_at", "kind"),
    {
        "opportunity_id": ("int64", "the opportunity that was won; null when the source names none"),
        "lead_id": ("int64", "the lead; null when the source names none"),
        "account_id": ("int64", "the company"),
        "kind": ("string", "subscription.started, subscription.changed or subscription.cancelled"),
        "changed_at": ("timestamp", "when"),
        "mrr": ("float64", "monthly recurring revenue from then on; at the end, what was lost"),
        "currency": ("string", "ISO 4217"),
    },
)

REJECTIONS = TableSpec(
    "rejections",
    "one row per lead that sales sent back to marketing, or set aside.",
    ("lead_id", "rejected_at", "kind"),
    {
        "lead_id": ("int64", "the lead"),
        "rep_id": ("int64", "who did"),
        "kind": ("string", "lead.rejected: sent back; lead.disqualified: set aside"),
        "reason": ("string", "why"),
        "rejected_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

ROUTINGS = TableSpec(
    "routings",
    "one row per lead that was drawn: worked by score, or held out of it; the first draw counts.",
    ("lead_id",),
    {
        "lead_id": ("int64", "the lead"),
        "is_held": ("boolean", "held out of the score"),
        "share": ("float64", "chance it had of that"),
        "version": ("string", "of the score at the draw"),
        "p": ("float64", "probability of becoming a customer, said by that score"),
        "points": ("int64", "by that score"),
        "is_ready": ("boolean", "at or above the sales-ready line at the draw; null where none was stated"),
        "propensity": ("float64", "chance of being recommended for work; null where no line was stated"),
        "drawn_at": ("timestamp", "when, in the time of the data"),
        "known_at": ("timestamp", "when we knew"),
    },
)

CANDIDATES = TableSpec(
    "candidates",
    "one row per candidate for a sales role. Only the hiring room reads it.",
    ("candidate_id",),
    {
        "candidate_id": ("int64", "surrogate id"),
        "name": ("string", "as the source writes it; null where it keeps none"),
        "role": ("string", "the role applied for"),
        "source": ("string", "where the candidate came from"),
        "applied_at": ("timestamp", "when"),
        "decided_at": ("timestamp", "hired, rejected or withdrew; null while open"),
        "outcome": ("string", "hired, rejected or withdrew; null while open"),
        "rep_id": ("int64", "the rep a hired one became; null for others"),
    },
)

INTERVIEW_SCORES = TableSpec(
    "interview_scores",
    "one row per candidate, interviewer, round and criterion: the newest score. For the hiring room alone.",
    ("candidate_id", "interviewer", "round", "criterion"),
    {
        "candidate_id": ("int64", "the candidate"),
        "interviewer": ("string", "who scored: rep:<id> of a rep, user:<id> of an account"),
        "round": ("string", "the round of the process; null where the source has none"),
        "criterion": ("string", "key of the criterion; overall is the verdict on the whole"),
        "score": ("float64", "1 to 10; for a criterion that is a difference, points gained"),
        "scored_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

REVIEW_SCORES = TableSpec(
    "review_scores",
    "one row per rep, reviewer, months since hire and criterion: the newest score after hire.",
    ("rep_id", "reviewer", "months", "criterion"),
    {
        "rep_id": ("int64", "who was scored"),
        "reviewer": ("string", "who scored: rep:<id> of a rep, user:<id> of an account"),
        "months": ("int64", "3, 6 or 12: months since hire; null where the source does not say"),
        "criterion": ("string", "key of the criterion, the same as before hire"),
        "score": ("float64", "1 to 10"),
        "scored_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

CRITERIA = TableSpec(
    "criteria",
    "one row per interview criterion that was written down: as it stands now. For the hiring room alone.",
    ("criterion",),
    {
        "criterion": ("string", "key"),
        "name": ("string", "how it is called"),
        "measure": ("string", "score: scored 1 to 10; gain: points gained in a coached role play"),
        "weight": ("float64", "how much it was written down to matter, beside the others; 1 is the average"),
        "fate": ("string", "kept, dropped or reweighted, as last decided; null while nothing was"),
        "written_at": ("timestamp", "when it was first written down"),
    },
)

COMMITS = TableSpec(
    "commits",
    "one row per person, period and moment at which somebody said what the period will bring, by source.",
    ("rep_id", "period", "said_at", "source", "is_team"),
    {
        "rep_id": ("int64", "who said it"),
        "period": ("string", "as the source names it, e.g. 2026-03 or 2026Q1; null when it names none"),
        "is_team": ("boolean", "for a team; null when the source does not say"),
        "amount": ("float64", "the figure, in currency or in customers"),
        "low": ("float64", "lower end of a range"),
        "high": ("float64", "upper end of a range"),
        "measure": ("string", "amount, mrr or customers; null when the source does not say"),
        "currency": ("string", "ISO 4217"),
        "note": ("string", "why"),
        "said_at": ("timestamp", "when; of a figure that was changed later, when we knew"),
        "known_at": ("timestamp", "when we knew; a later figure does not replace an earlier one"),
        "source": ("string", "where it was said: quintet, or the system it came from"),
    },
)

MODULE_COMPLETIONS = TableSpec(
    "module_completions",
    "one row per rep and training module: the first time it was finished.",
    ("rep_id", "module"),
    {
        "rep_id": ("int64", "who"),
        "module": ("string", "key of the module"),
        "completed_at": ("timestamp", "when it was first finished"),
        "finished_by": (
            "string",
            "exam, evidence, signed_off or own_word; null when the source does not say",
        ),
        "known_at": ("timestamp", "when we knew"),
    },
)

EXAM_SITTINGS = TableSpec(
    "exam_sittings",
    "one row per attempt of a rep at an exam that was marked.",
    ("rep_id", "exam", "taken_at"),
    {
        "rep_id": ("int64", "who"),
        "exam": ("string", "key of the exam; of its module where the source knows no exams"),
        "score": ("float64", "share right, 0 to 1; null when the source does not say"),
        "is_passed": ("boolean", "null when the source does not say"),
        "taken_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

EXAM_ANSWERS = TableSpec(
    "exam_answers",
    "one row per question answered in a marked attempt of a rep.",
    ("rep_id", "exam", "taken_at", "question"),
    {
        "rep_id": ("int64", "who"),
        "exam": ("string", "key of the exam"),
        "question": ("string", "key of the question, whatever its wording"),
        "attempt": ("int64", "1 for the first; null when the source does not say"),
        "share": ("float64", "right, 0 to 1"),
        "taken_at": ("timestamp", "when the exam was handed in"),
        "known_at": ("timestamp", "when we knew"),
    },
)

CONVERSATIONS = TableSpec(
    "conversations",
    "one row per call that was transcribed, with its measures; who spoke with whom as it was last put right.",
    ("call",),
    {
        "call": ("string", "id of the call"),
        "rep_id": ("int64", "whose call; null while nobody said"),
        "lead_id": ("int64", "with whom; null where nobody said"),
        "opportunity_id": ("int64", "about what; null where nobody said"),
        "started_at": ("timestamp", "when it began"),
        "minutes": (
            "float64",
            "from the first word to the last; null, as all below, while nobody is the rep",
        ),
        "talk_ratio": ("float64", "share of all speech that is the rep's, 0 to 1"),
        "longest_monologue_seconds": ("float64", "of the rep"),
        "questions": ("int64", "asked by the rep; null where the transcript has no punctuation"),
        "patience_seconds": ("float64", "median silence before the rep answers; null where none was seen"),
        "switches_a_minute": ("float64", "changes of the voice"),
        "known_at": ("timestamp", "when we knew"),
    },
)

CALL_SCORES = TableSpec(
    "call_scores",
    "one row per reviewed call, rater and question of a scorecard.",
    ("call", "rater", "question"),
    {
        "call": ("string", "id of the call"),
        "rep_id": ("int64", "whose call it was when it was reviewed"),
        "question": ("string", "key of the question, whatever its wording"),
        "rater": ("string", "who scored: rep:<id> of a rep, user:<id> of an account"),
        "step": ("string", "the step it should move: connected, qualified, demo or won; null where none"),
        "score": ("float64", "1 to 5"),
        "scored_at": ("timestamp", "when"),
        "known_at": ("timestamp", "when we knew"),
    },
)

#: Tables that are made when somebody first asks for them.
ASKED = {
    spec.name: spec
    for spec in (
        *(LEAD_FIELDS, BEHAVIOUR, SPEND, ORDERS, SUBSCRIPTIONS, REJECTIONS, ROUTINGS),
        *(CANDIDATES, INTERVIEW_SCORES, REVIEW_SCORES, CRITERIA, COMMITS),
        *(MODULE_COMPLETIONS, EXAM_SITTINGS, EXAM_ANSWERS),
        *(CONVERSATIONS, CALL_SCORES),
    )
}
