"""The forms in which a criterion is written, and its fate decided."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify

from quintet.hiring.models.criteria import Criterion
from quintet.hiring.terms.criteria import ANCHORED, MOST_WEIGHT, CriterionText, FateText
from quintet.hiring.terms.words import FATES, HIGHEST, LOWEST, MEASURES

_SCALE = [str(points) for points in range(LOWEST, HIGHEST + 1)]


def _paragraph(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CriterionForm(forms.Form):
    """One criterion: what is meant, how it shows, what earns which points."""

    name = forms.CharField(max_length=100)
    definition = forms.CharField(
        widget=_paragraph(), help_text="What is meant, so that two people look for the same."
    )
    assessed_by = forms.CharField(
        label="How it is assessed", max_length=300, help_text="The question, task or role play it shows in."
    )
    measure = forms.ChoiceField(
        choices=list(MEASURES.items()), initial="score", widget=forms.RadioSelect, label="Measured as"
    )
    prior_weight = forms.FloatField(
        min_value=0, max_value=MOST_WEIGHT, initial=1.0, label="Prior weight",
        help_text="How much you think it matters, before the data: 1 is average, 2 twice that, 0 not at all.",
    )  # fmt: skip
    reason = forms.CharField(
        max_length=500, required=False, widget=_paragraph(), label="Why it should matter"
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial=dict(initial or {}))
        for points in _SCALE:
            self.fields[f"anchor_{points}"] = forms.CharField(
                label=f"{points} point{'' if points == '1' else 's'}",
                max_length=300,
                required=points in ANCHORED,
            )

    @property
    def anchor_fields(self) -> list[forms.BoundField]:
        """What earns 1, 2, … 10 points."""
        return [self[f"anchor_{points}"] for points in _SCALE]

    def text(self, key: str = "") -> CriterionText:
        """What a valid form says; the key of a new one follows from its name."""
        told = self.cleaned_data
        anchors = {points: told[f"anchor_{points}"] for points in _SCALE if told[f"anchor_{points}"]}
        return CriterionText(
            key or slugify(told["name"]).replace("-", "_")[:60],
            told["name"],
            told["definition"],
            told["assessed_by"],
            anchors,
            told["measure"],
            told["prior_weight"],
            told["reason"],
        )


class RewriteForm(CriterionForm):
    """The same for a criterion there is: the reason has to be said."""

    def __init__(self, data: Any = None, *, record: Criterion) -> None:  # noqa: ANN401
        anchors = {f"anchor_{points}": said for points, said in record.anchors.items()}
        fields = ("name", "definition", "assessed_by", "measure", "prior_weight")
        super().__init__(data, initial={name: getattr(record, name) for name in fields} | anchors)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Why it is rewritten"


class FateForm(forms.Form):
    """Keep it, drop it, or give it another weight."""

    fate = forms.ChoiceField(choices=list(FATES.items()), widget=forms.RadioSelect)
    weight = forms.FloatField(
        min_value=0,
        max_value=MOST_WEIGHT,
        required=False,
        label="New weight",
        help_text="Only when re-weighted.",
    )
    reason = forms.CharField(max_length=1000, widget=_paragraph())

    def told(self, evidence: Mapping[str, Any]) -> FateText:
        """The decision of a valid form, with what is known today."""
        told = self.cleaned_data
        return FateText(told["fate"], told["reason"], evidence, told["weight"])
