"""Advice as a formula gives it; a test states only what matters to it."""

from typing import Any

from quintet.ledger.recommendations import Advice, Evidence

EVIDENCE = Evidence("demos held of 100 leads", "points", 3.0, 1.0, 5.0, 240)


def advice(**told: Any) -> Advice:
    """Work leads from 40 points on; looked back at after 30 days."""
    usual: dict[str, Any] = {
        "key": "threshold 40",
        "topic": "score threshold",
        "sentence": "Work leads from 40 points on.",
        "formula": "demand.lead_score",
        "version": "3f2a",
        "to": "sales",
        "evidence": EVIDENCE,
        "after_days": 30,
    }
    return Advice(**(usual | told))
