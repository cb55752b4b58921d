"""The forms in which a contest is started, and ended early."""

from collections.abc import Mapping
from typing import Any

from django import forms

from quintet.management.terms.contests import METRICS, MONEY, RULES, ContestTerms, Rule


class ContestForm(forms.Form):
    """What is counted, for whom, and how it is won."""

    name = forms.CharField(max_length=120, help_text="Short: it stands in lists.")
    team = forms.ChoiceField(label="Who takes part")
    rule = forms.ChoiceField(label="How it is won", widget=forms.RadioSelect, initial=Rule.LINE)
    metric = forms.ChoiceField(
        label="What is counted", choices=[(key, words.capitalize()) for key, words in METRICS.items()],
        help_text="A quota is reached in MRR or value.",
    )  # fmt: skip
    line = forms.DecimalField(
        label="The line", required=False, min_value=0,
        help_text="In all for reaching a line; a day for a streak. Left out for other rules.",
    )  # fmt: skip
    streak_days = forms.IntegerField(label="Working days in a row", required=False, min_value=1)
    start = forms.DateField(
        label="First day", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Rules by quota run from the first of a month to its last day.",
    )  # fmt: skip
    end = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    country = forms.CharField(
        label="Public holidays of",
        required=False,
        max_length=2,
        help_text="A country, e.g. US; empty for none.",
    )
    prize = forms.CharField(required=False, max_length=300)

    def __init__(
        self,
        data: Any,  # noqa: ANN401 -- Django's QueryDict or None
        *,
        teams: Mapping[str, tuple[str, tuple[int, ...]]],
    ) -> None:
        super().__init__(data)
        self.teams = teams
        self._choose("team", [(key, label) for key, (label, _) in teams.items()])
        self._choose("rule", [(str(rule), words) for rule, words in RULES.items()])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type
        field.choices = choices

    def terms(self, zone: str, currency: str | None) -> ContestTerms:
        """The terms of a valid form.

        Args:
            zone: of the team.
            currency: of money.

        Raises:
            BadInput: for a contest nobody could win or judge.
        """
        told = self.cleaned_data
        rule = Rule(told["rule"])
        return ContestTerms(
            rule=rule,
            metric=told["metric"],
            start=told["start"],
            end=told["end"],
            rep_ids=self.teams[told["team"]][1],
            line=told["line"] if rule in {Rule.LINE, Rule.STREAK} else None,
            streak_days=(told["streak_days"] or 0) if rule is Rule.STREAK else 0,
            zone=zone,
            country=told["country"].strip().upper(),
            currency=currency if told["metric"] in MONEY else None,
        )


class EndForm(forms.Form):
    """Why a contest ends early."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=500)
