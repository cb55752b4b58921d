"""The forms in which a candidate is added, scorecards are handed out, and a decision is written."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from quintet.hiring.asks.candidates import interviewers
from quintet.hiring.models.candidates import Candidate
from quintet.hiring.models.process import Round, SalesRole
from quintet.hiring.terms.candidates import Application, Verdict
from quintet.hiring.terms.words import OUTCOMES


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ApplicationForm(forms.Form):
    """Somebody applied."""

    name = forms.CharField(max_length=200)
    role = forms.ChoiceField()
    source = forms.CharField(
        max_length=100, required=False, help_text="Where they came from: a referral, an advert, a recruiter."
    )
    applied_on = forms.DateField(label="Applied on", widget=_day())
    email = forms.EmailField(label="E-mail", required=False)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, on: date) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial={"applied_on": on})
        chosen = self.fields["role"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = [(one.key, one.name) for one in SalesRole.objects.filter(is_open=True)]

    def told(self) -> Application:
        """What a valid form says."""
        said = self.cleaned_data
        return Application(
            said["name"], said["role"], said["source"], said["applied_on"], said["email"], said["note"]
        )


class HandOutForm(forms.Form):
    """Who scores a candidate in which round, until when."""

    place = forms.ModelChoiceField(Round.objects.none(), label="Round")
    interviewer = forms.ChoiceField()
    due_on = forms.DateField(label="Scored until", required=False, widget=_day())

    def __init__(self, data: Any = None, *, candidate: Candidate) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data)
        place, who = self.fields["place"], self.fields["interviewer"]
        assert isinstance(place, forms.ModelChoiceField)  # noqa: S101 -- tells the type
        assert isinstance(who, forms.ChoiceField)  # noqa: S101
        place.queryset = candidate.role.rounds.filter(is_retired=False)
        self.people = {str(one.pk): one for one in interviewers()}
        who.choices = [("", "---------"), *((key, str(one)) for key, one in self.people.items())]


class DecisionForm(forms.Form):
    """What is decided, and why."""

    outcome = forms.ChoiceField(choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    starts_on = forms.DateField(
        label="First day", required=False, widget=_day(), help_text="Only when hired."
    )

    def verdict(self) -> Verdict:
        """What a valid form says; the advice that was shown is added by the page."""
        told = self.cleaned_data
        return Verdict(told["outcome"], told["reason"], told["starts_on"])


class LinkForm(forms.Form):
    """Which rep a hired candidate became."""

    rep = forms.ChoiceField(label="Became")

    def __init__(self, data: Any = None, *, reps: Iterable[tuple[int, str]]) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data)
        chosen = self.fields["rep"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = [(str(rep_id), name) for rep_id, name in reps]
