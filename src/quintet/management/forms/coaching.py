"""Forms of coaching: open a plan, log a session, look again, close it."""

from datetime import date, timedelta
from typing import Any

from django import forms

from quintet.management.actions.coaching import OUTCOMES, NewPlan
from quintet.management.terms.coaching import Proposal
from quintet.management.terms.funnel import RepFunnel
from quintet.management.words import step_label

#: A plan is looked at again after four weeks unless somebody says otherwise.
_REVIEW_DAYS = 28
_PERCENT = 100.0
_DAY = forms.DateInput(attrs={"type": "date"})


class PlanForm(forms.Form):
    """One skill of one rep: the metric and what was heard."""

    step = forms.ChoiceField(label="Skill", widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        label="Why this one", help_text="Needed when you choose another skill than the proposed one.",
    )  # fmt: skip
    finding = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label="What a call review showed",
        help_text="A number says where; a call says why. One or two sentences.",
    )  # fmt: skip
    goal = forms.FloatField(label="Goal, per cent", min_value=0.1, max_value=99.9)
    module = forms.CharField(required=False, max_length=200, label="Training module to take again")
    review_on = forms.DateField(label="Look at it again on", widget=_DAY)

    def __init__(self, data: Any, *, rep: RepFunnel, proposed: Proposal, on: date) -> None:  # noqa: ANN401
        super().__init__(data, initial=_initial(proposed, on))
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)  # noqa: S101 -- tells the type
        step.choices = [(one.step.key, _choice(one.step.key, rep, proposed)) for one in rep.conversions]

    def new_plan(self, rep_id: int) -> NewPlan:
        """What a valid form says."""
        told = self.cleaned_data
        return NewPlan(
            rep_id=rep_id,
            step=told["step"],
            finding=told["finding"],
            goal=told["goal"] / _PERCENT,
            review_on=told["review_on"],
            module=told["module"],
            reason=told["reason"],
        )


def _initial(proposed: Proposal, on: date) -> dict[str, Any]:
    goal = None if proposed.goal is None else round(_PERCENT * proposed.goal, 1)
    step = proposed.step.key if proposed.step else None
    return {"step": step, "goal": goal, "review_on": on + timedelta(days=_REVIEW_DAYS)}


def _choice(key: str, rep: RepFunnel, proposed: Proposal) -> str:
    one = next(one for one in rep.conversions if one.step.key == key)
    rate = "no rate yet" if one.rate is None else f"{one.rate:.0%} now"
    gain = one.to_top
    is_worth = gain is not None and gain.customers_per_month > 0
    brings = f", up to {gain.customers_per_month:.2f} customers a month" if gain and is_worth else ""
    is_proposed = proposed.step is not None and proposed.step.key == key
    return f"{step_label(one.step)}: {rate}{brings}{' (proposed)' if is_proposed else ''}"


class SessionForm(forms.Form):
    """A session that took place."""

    held_on = forms.DateField(label="Held on", widget=_DAY)
    practised = forms.CharField(
        label="What was practised", max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_step = forms.CharField(label="Until next time", max_length=500, required=False)


class ReviewForm(forms.Form):
    """The next day to look at it."""

    review_on = forms.DateField(label="Next review", widget=_DAY)


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label="What we learned", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
