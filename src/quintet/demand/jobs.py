"""What the worker asks and then does for demand. Each may run twice, at any moment, without harm."""

from datetime import datetime

from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.threshold import ready_now
from quintet.demand.formula.threshold_advice import TOPIC, threshold_advice
from quintet.facts.published import Facts
from quintet.kernel.home import Home
from quintet.ledger import inbox
from quintet.ledger.recommendations import Advice, advice_rows, as_row, read_advice


def advise_threshold(facts: Facts, now: datetime) -> str:
    """Advise from how many points on leads are worth working, where that is new; says what happened."""
    stored = stored_score(facts)
    ready = None if stored is None else ready_now(facts, stored)
    if stored is None or ready is None:
        return "no threshold"
    advice = threshold_advice(ready, stored.version, now, _last(facts.home))
    if advice is None:
        return "nothing new"
    added = inbox.offer([as_row(advice, now)]).accepted
    return advice.sentence if added else "nothing new"


def _last(home: Home) -> Advice | None:
    """The newest advice on the threshold in the ledger."""
    rows = [row for row in advice_rows(home) if row["content"] == TOPIC]
    newest = max(rows, key=lambda row: row["occurred_at"], default=None)
    return None if newest is None else read_advice(TOPIC, newest["detail"] or "", {})
