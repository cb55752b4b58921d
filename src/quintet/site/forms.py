"""Forms of the shell."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from quintet.site.models import Invitation, User


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite, and as what."""

    class Meta:
        """What the link carries."""

        model = Invitation
        fields = ("email", "name", "role", "rep_id")

    def clean_email(self) -> str:
        """An address that has no account yet."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                f"{email} already has an account: give them a new link on their page."
            )
        return email


class PersonForm(forms.ModelForm[User]):
    """What operations may change about a person."""

    class Meta:
        """The address stays as it is."""

        model = User
        fields = ("name", "role", "rep_id", "interviews", "is_active")


class AssignmentForm(forms.Form):
    """A rep's new place from a day on."""

    manager_id = forms.IntegerField(label="Manager's rep id", required=False)
    team = forms.CharField(max_length=200, required=False)
    segment = forms.CharField(max_length=200, required=False)
    role = forms.ChoiceField(
        choices=[("", "unchanged"), ("rep", "Rep"), ("bdr", "BDR"), ("manager", "Manager")], required=False
    )
    valid_from = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))


class PasswordForm(forms.Form):
    """A password of one's own."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; a few words are easier to remember than symbols.",
    )

    def __init__(self, *args: object, person: User, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        """Strong enough, and not their own name."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.person)
        return password


class ErasureForm(forms.Form):
    """Whom to erase; the box is ticked where what would go has been seen."""

    entity = forms.ChoiceField(
        label="What the person is to you",
        choices=[("lead", "Lead or contact"), ("account", "Account"), ("opportunity", "Opportunity"),
                 ("rep", "Rep")],
        help_text="A candidate is erased by those who hire: nobody else may know who applied.",
    )  # fmt: skip
    who = forms.CharField(
        label="Who",
        max_length=320,
        help_text="E-mail address, name, or id in the source or in Quintet.",
    )
    confirmed = forms.BooleanField(required=False)
