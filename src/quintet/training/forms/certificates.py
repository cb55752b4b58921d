"""The forms in which a certificate is written, and taken back."""

from typing import Any

from django import forms
from django.utils.text import slugify

from quintet.training.asks.certificates import exam_choices, text_of
from quintet.training.asks.curriculum import modules
from quintet.training.asks.playbook import newest_versions
from quintet.training.forms.curriculum import choose
from quintet.training.models.certificates import Certificate
from quintet.training.terms.certificates import MOST_MONTHS, CertificateText


class CertificateForm(forms.Form):
    """One certificate: what it opens, and what it takes."""

    name = forms.CharField(max_length=100)
    lead_type = forms.CharField(
        max_length=100,
        required=False,
        label="Opens leads of the type",
        help_text="A segment or kind of lead; empty where it opens none.",
    )
    months = forms.IntegerField(
        min_value=1,
        max_value=MOST_MONTHS,
        required=False,
        label="Holds so many months",
        help_text="Empty for good. Holders are told two weeks before it expires.",
    )
    modules = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Takes the modules"
    )
    exams = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Takes the exams"
    )
    pages = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Rests on the playbook pages",
        help_text="When one of them changes so that it matters, the certificate has to be earned again.",
    )

    def __init__(self, data: Any = None, *, record: Certificate | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial=vars(text_of(record)) if record else None)
        choose(self.fields["modules"], [(one.record.key, one.record.name) for one in modules()])
        choose(self.fields["exams"], exam_choices())
        choose(self.fields["pages"], [(one.page.key, one.title) for one in newest_versions()])

    def text(self, key: str = "") -> CertificateText:
        """What a valid form says; the key of a new one follows from its name."""
        told = self.cleaned_data
        takes = (tuple(told[name]) for name in ("modules", "exams", "pages"))
        return CertificateText(
            key or slugify(told["name"])[:60], told["name"], told["lead_type"], told["months"], *takes
        )


class RevokeForm(forms.Form):
    """Why somebody's certificate ends before its time."""

    reason = forms.CharField(max_length=500, help_text="The person reads it.")
