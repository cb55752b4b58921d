"""The form in which an order is planned, and the one in which it ends."""

from typing import Any

from django import forms

from quintet.training.terms.modules import WORTH_FINDING
from quintet.training.terms.orders import DECISIONS, LONGEST_GAP, OrderDesign


class OrderForm(forms.Form):
    """What is drawn, and what would be worth finding."""

    name = forms.CharField(max_length=120, help_text="Short: it stands in lists.")
    modules = forms.MultipleChoiceField(
        label="Modules", widget=forms.CheckboxSelectMultiple,
        help_text="Two to four. Each hire takes all of them; which comes first is drawn.",
    )  # fmt: skip
    gap = forms.IntegerField(
        label="Months from one to the next", min_value=1, max_value=LONGEST_GAP, initial=3,
        help_text="The longer, the fewer hires it takes.",
    )  # fmt: skip
    ratio = forms.FloatField(
        label="Ratio worth finding", min_value=1.05, max_value=10, initial=WORTH_FINDING,
        help_text="1.8 means: who has it makes quota in a month nearly twice as readily as who has another.",
    )  # fmt: skip

    def __init__(self, data: Any, *, offered: list[tuple[str, str]], initial: dict[str, Any]) -> None:  # noqa: ANN401
        super().__init__(data, initial=initial)
        field = self.fields["modules"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- tells the type
        field.choices = offered

    def design(self) -> OrderDesign:
        """The design of a valid form."""
        told = self.cleaned_data
        return OrderDesign(tuple(told["modules"]), told["gap"], told["ratio"])


class EndForm(forms.Form):
    """What was decided, and why."""

    decision = forms.ChoiceField(choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)
