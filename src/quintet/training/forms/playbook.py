"""The forms in which a playbook page is written and rewritten."""

from typing import Any

from django import forms
from django.utils.text import slugify

from quintet.training.models.playbook import PageVersion
from quintet.training.terms.playbook import PageText, Written
from quintet.training.terms.words import SECTIONS, STEPS


class PageForm(forms.Form):
    """One page of the playbook."""

    title = forms.CharField(max_length=150)
    section = forms.ChoiceField(choices=list(SECTIONS.items()))
    body = forms.CharField(
        label="Text",
        widget=forms.Textarea(attrs={"rows": 18, "class": "form-control page-text"}),
        help_text="Markdown: ## heading, - list, **bold**, [link](https://…), tables. No HTML.",
    )
    moves = forms.ChoiceField(
        choices=[("", "None"), *STEPS.items()],
        required=False,
        label="The step it should move",
        help_text="It is then shown beside the rep's work on that step, and watched.",
    )
    buyers_stage = forms.CharField(
        max_length=60,
        required=False,
        label="Where the buyer stands",
        help_text="Your own word, e.g. evaluating.",
    )
    context = forms.CharField(
        max_length=100,
        required=False,
        label="Only for",
        help_text="A segment or kind of lead; empty for all.",
    )

    def text(self, key: str = "") -> PageText:
        """What a valid form says; the address of a new page follows from its title."""
        told = self.cleaned_data
        fields = (told["section"], told["title"], told["body"], told["moves"], told["buyers_stage"])
        return PageText(key or slugify(told["title"])[:60], *fields, told["context"])


class RewriteForm(PageForm):
    """The same for a page there is: what changed, why, and whether certificates end by it."""

    why = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 2}), label="What changed, and why",
        help_text="People who sell by the page read this first.",
    )  # fmt: skip
    unsettles = forms.BooleanField(
        required=False,
        label="Who is certified on this page has to show it again",
        help_text="Certificates that rest on it are revoked at once, and their holders are told.",
    )

    def __init__(self, data: Any = None, *, version: PageVersion) -> None:  # noqa: ANN401 -- Django's QueryDict
        page = version.page
        told = {"title": version.title, "body": version.body, "section": page.section, "moves": page.moves}
        super().__init__(data, initial=told | {"buyers_stage": page.buyers_stage, "context": page.context})

    def written(self) -> Written:
        """How the version came about."""
        return Written(self.cleaned_data["why"], self.cleaned_data["unsettles"])
