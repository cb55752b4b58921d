"""What a headcount plan is asked for."""

from django import forms

from quintet.hiring.terms.plan import SPAN, SPAN_RANGE, PlanInputs


class PlanForm(forms.Form):
    """The target and how hiring goes here."""

    target = forms.FloatField(
        label="MRR to sign in the last month", min_value=1, help_text="What all reps together sign in it."
    )
    months = forms.IntegerField(label="Months ahead", min_value=3, max_value=24, initial=12)
    class_every = forms.IntegerField(label="Months between classes", min_value=1, max_value=6, initial=1)
    lead_months = forms.IntegerField(
        label="Months to hire", min_value=0, max_value=12, initial=2, help_text="From today to a first day."
    )
    span = forms.IntegerField(
        label="Reps a manager", min_value=SPAN_RANGE[0], max_value=SPAN_RANGE[1], initial=SPAN
    )
    manager_months = forms.IntegerField(
        label="Months to make a manager", min_value=0, max_value=24, initial=6
    )

    def inputs(self) -> PlanInputs:
        """What a valid form asks."""
        return PlanInputs(**self.cleaned_data)


class KeepForm(forms.Form):
    """A name to find a plan by."""

    name = forms.CharField(label="Keep it as", max_length=100)
