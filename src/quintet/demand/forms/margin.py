"""The form about the gross margin."""

from django import forms


class MarginForm(forms.Form):
    """What is left of the revenue after the cost of delivering it."""

    percent = forms.FloatField(label="Gross margin, %", min_value=1, max_value=100)
