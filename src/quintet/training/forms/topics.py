"""The form of a topic: its name and what people say when it comes up."""

from django import forms

from quintet.training.terms.calls import TOPIC_KINDS


class TopicForm(forms.Form):
    """A topic or an objection in the company's own words."""

    name = forms.CharField(label="Name", max_length=80, help_text="E.g. Price, Brightpath, Security review.")
    kind = forms.ChoiceField(label="Kind", choices=list(TOPIC_KINDS.items()))
    phrases = forms.CharField(
        label="Phrases",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=6000,
        help_text="One a line, as people say it. Whole words; a phrase that ends in * takes longer ones.",
    )


class WordingForm(TopicForm):
    """The same without the kind, which stays."""

    kind = None  # type: ignore[assignment]
