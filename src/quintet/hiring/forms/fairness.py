"""What a candidate may say of themselves, the switch of the index, and what texts are filled with."""

from django import forms

from quintet.hiring.terms.fairness import DECLINED, ETHNICITIES, NOT_HISPANIC, SEXES

_DECLINED = (DECLINED, "I prefer not to say")
_RACES = [(key, label if key == "hispanic" else label + NOT_HISPANIC) for key, label in ETHNICITIES.items()]


class AnswerForm(forms.Form):
    """Sex and race/ethnicity, each of which may be left unsaid."""

    sex = forms.ChoiceField(choices=[*SEXES.items(), _DECLINED], widget=forms.RadioSelect, initial=DECLINED)
    ethnicity = forms.ChoiceField(
        label="Race/ethnicity", choices=[*_RACES, _DECLINED], widget=forms.RadioSelect, initial=DECLINED
    )


class SwitchForm(forms.Form):
    """Why the index is switched."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


class SummaryForm(forms.Form):
    """What only the company knows about its last independent audit."""

    audited_on = forms.DateField(
        label="Date of the most recent bias audit",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="By an independent auditor. Empty: the export says that these are your own counts.",
    )
    audited_by = forms.CharField(label="Independent auditor", required=False, max_length=200)


class NoticeForm(forms.Form):
    """What the texts are filled with."""

    contact = forms.CharField(label="Requests go to", required=False, max_length=200)
    first_use = forms.DateField(
        label="First day of use", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kept_months = forms.IntegerField(label="Months kept", required=False, min_value=1, max_value=120)
