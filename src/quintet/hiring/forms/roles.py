"""The forms in which a role and its rounds are written."""

from typing import Any

from django import forms

from quintet.hiring.asks.criteria import in_use
from quintet.hiring.models.process import Round
from quintet.hiring.terms.process import RoundText
from quintet.hiring.terms.words import ROUND_KINDS


class RoleForm(forms.Form):
    """A role people are hired for."""

    name = forms.CharField(max_length=100, help_text="As it stands in the offer, e.g. Account executive.")
    by_phone = forms.BooleanField(label="Sells by phone", required=False, initial=True)


class RoleStateForm(forms.Form):
    """What may change about a role."""

    by_phone = forms.BooleanField(label="Sells by phone", required=False)
    is_open = forms.BooleanField(label="People are hired for it at present", required=False)


class RoundForm(forms.Form):
    """One round: what kind, how it is held, what is scored in it."""

    name = forms.CharField(max_length=100, help_text="Interviewers see it on their form.")
    kind = forms.ChoiceField(choices=list(ROUND_KINDS.items()))
    by_phone = forms.BooleanField(label="Held by phone", required=False)
    homework = forms.CharField(
        max_length=500,
        required=False,
        label="Homework asked for",
        help_text="It is scored in this round, too.",
    )
    criteria = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="Scored in this round",
        help_text="Twelve are a good half hour.",
    )

    def __init__(self, data: Any = None, *, record: Round | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        fields = ("name", "kind", "by_phone", "homework", "criteria")
        super().__init__(data, initial={name: getattr(record, name) for name in fields} if record else None)
        chosen = self.fields["criteria"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = [(key, one.name) for key, one in in_use().items()]

    def text(self) -> RoundText:
        """What a valid form says."""
        told = self.cleaned_data
        return RoundText(
            told["name"], told["kind"], tuple(told["criteria"]), told["by_phone"], told["homework"]
        )
