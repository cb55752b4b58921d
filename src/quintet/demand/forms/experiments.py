"""The form in which an experiment is planned, and the one in which it ends."""

from typing import Any

from django import forms

from quintet.demand.actions.experiments import DECISIONS
from quintet.demand.asks.experiments import Choices
from quintet.demand.terms.experiments import METRICS, Cell, Design

KINDS = (
    ("drawn", "Draw new leads into cells: a message, a content, an order of work"),
    ("channel", "Watch a channel: its leads beside all other leads"),
)
_MEASURES = {"qualified": "Qualifying call held", "demo": "Demo held", "won": "Became a customer"}
_POINTS = 100.0


class PlanForm(forms.Form):
    """What is tried, on whom, and what would be worth finding."""

    name = forms.CharField(max_length=120, help_text="Short: it stands in charts.")
    question = forms.CharField(max_length=300, help_text="What you will know afterwards.")
    kind = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, initial="drawn")
    first = forms.CharField(label="What is done today", max_length=60, initial="today")
    second = forms.CharField(label="What is tried", max_length=60, initial="new")
    third = forms.CharField(label="Also tried", max_length=60, required=False)
    match = forms.ChoiceField(label="Channel", required=False, help_text="Only when you watch a channel.")
    budget = forms.FloatField(label="Budget for what is tried", required=False, min_value=0)
    metric = forms.ChoiceField(
        label="Measure", choices=[(key, _MEASURES[key]) for key in METRICS], initial="demo",
        help_text="Replies and clicks are not offered: they rise without one more sale.",
    )  # fmt: skip
    horizon_days = forms.IntegerField(
        label="Days until a lead is judged", min_value=1, max_value=365, initial=30
    )
    effect = forms.FloatField(
        label="Difference worth finding, in points", min_value=0.1, max_value=90, initial=5,
        help_text="5 means: from 20 % to 25 %.",
    )  # fmt: skip
    source = forms.ChoiceField(label="Only leads from", required=False)
    segment = forms.ChoiceField(label="Only the segment", required=False)

    def __init__(self, data: Any, *, offered: Choices) -> None:  # noqa: ANN401 -- Django's QueryDict or None
        super().__init__(data)
        self._choose("source", "every source", offered.sources)
        self._choose("segment", "every segment", offered.segments)
        self._choose("match", "none", (*offered.sources, *offered.campaigns))

    def _choose(self, field: str, everything: str, names: tuple[str, ...]) -> None:
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = [("", everything), *((name, name) for name in names)]

    def design(self, base_rate: float) -> Design:
        """The design of a valid form.

        Args:
            base_rate: share expected of what is done today, 0..1.
        """
        told = self.cleaned_data
        names = [told["first"], told["second"], *([told["third"]] if told["third"] else [])]
        is_drawn = told["kind"] == "drawn"
        cells = tuple(
            Cell(
                name,
                match="" if is_drawn or at == 0 else told["match"],
                budget=told["budget"] if at else None,
            )
            for at, name in enumerate(names)
        )
        return Design(
            cells=cells,
            is_drawn=is_drawn,
            metric=told["metric"],
            horizon_days=told["horizon_days"],
            base_rate=base_rate,
            effect=told["effect"] / _POINTS,
            source=told["source"],
            segment=told["segment"],
        )


class StopForm(forms.Form):
    """What was decided, and why."""

    decision = forms.ChoiceField(choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)
