"""How long candidates are kept."""

from django import forms


class KeptForm(forms.Form):
    """Months after the decision."""

    kept_months = forms.IntegerField(
        label="Months kept after the decision", required=False, min_value=1, max_value=120
    )
