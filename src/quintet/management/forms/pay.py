"""The form in which a version of the commission plan is proposed."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from quintet.kernel.errors import BadInput
from quintet.management.terms.pay import BASES, Accelerator, PayRules

_STEP = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%?\s*:\s*(\d+(?:\.\d+)?)\s*")


class PlanForm(forms.Form):
    """What reps will be paid, from a month on."""

    valid_from = forms.DateField(
        label="Holds from", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The first of a month. Months that have begun keep the plan they have.",
    )  # fmt: skip
    currency = forms.CharField(max_length=3, help_text="e.g. USD. Customers in another are not paid.")
    base = forms.DecimalField(label="Base salary a month", min_value=0, decimal_places=2, initial=3000)
    basis = forms.ChoiceField(label="Commission is paid on", choices=list(BASES.items()), initial="mrr")
    rate = forms.DecimalField(
        label="Commission for each 1.00 signed", min_value=0, decimal_places=4, initial=2,
        help_text="2 means: 2.00 for each 1.00 of MRR.",
    )  # fmt: skip
    accelerators = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, attainment and the rate above it: 100 % : 3. What lies below keeps its rate.",
    )  # fmt: skip
    expansion_rate = forms.DecimalField(
        label="Expansion, for each 1.00 of MRR added", min_value=0, decimal_places=4, initial=0
    )
    retention_rate = forms.DecimalField(
        label="Retention bonus, for each 1.00 signed", min_value=0, decimal_places=4, initial=0
    )
    retention_months = forms.IntegerField(label="Paid when still there after, months", initial=12)
    clawback_share = forms.DecimalField(
        label="Clawback, per cent of what was paid", min_value=0, max_value=100, decimal_places=2, initial=0
    )
    clawback_months = forms.IntegerField(label="If cancelled within, months", initial=6)
    note = forms.CharField(label="Why", required=False, max_length=500, help_text="For those it pays.")

    def rules(self) -> PayRules:
        """The plan as filled in.

        Raises:
            BadInput: for a figure that cannot be, or an accelerator that is not written so.
        """
        told = {
            name: value for name, value in self.cleaned_data.items() if name not in {"valid_from", "note"}
        }
        given = {"currency": told["currency"].strip().upper(), "accelerators": _steps(told["accelerators"])}
        return PayRules(**told | given)


def as_initial(rules: PayRules) -> dict[str, Any]:
    """A version as the form shows it."""
    told = rules.as_json()
    return told | {"accelerators": "\n".join(f"{one.above:g} % : {one.rate}" for one in rules.accelerators)}


def _steps(text: str) -> tuple[Accelerator, ...]:
    return tuple(_step(line) for line in text.splitlines() if line.strip())


def _step(line: str) -> Accelerator:
    found = _STEP.fullmatch(line)
    if found is None:
        raise BadInput(f"an accelerator is written 100 % : 3, got {line.strip()!r}")
    return Accelerator(Decimal(found[1]), Decimal(found[2]))
