"""The forms in which a version of the contract is proposed, and a lead is sent back."""

from datetime import date
from typing import Any

from django import forms

from quintet.calendar.hours import WEEKDAYS
from quintet.demand.terms.contract import REASONS, Clauses
from quintet.kernel.errors import BadInput

_RULE = "all of\n  points >= 1\n  source is known"


class ProposalForm(forms.Form):
    """What each side will owe the other, from a day on."""

    side = forms.ChoiceField(label="You speak for")
    valid_from = forms.DateField(
        label="Holds from", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Once both sides accepted it. What was counted before stays as it is.",
    )  # fmt: skip
    rule = forms.CharField(
        label="Marketing: what a lead must show at hand-over", initial=_RULE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="One condition a line: points >= 12 · segment in {small business, mid market}"
        " · source = referral · did form: demo · phone is known."
        " Lines below any of, all of or none of are set in by two blanks.",
    )  # fmt: skip
    points_per_month = forms.FloatField(label="Marketing: points a month", min_value=1)
    points_table = forms.ChoiceField(
        label="Points are counted by", required=False,
        help_text="It stays so as long as this version holds: a later fit changes no day of it.",
    )  # fmt: skip
    first_attempt_hours = forms.FloatField(label="Sales: working hours to the first attempt", initial=4)
    attempts = forms.IntegerField(label="Sales: attempts on each lead", initial=6)
    within_days = forms.IntegerField(label="Sales: within so many working days", initial=10)
    reasons = forms.CharField(
        label="Sales: reasons to send a lead back", initial="\n".join(REASONS),
        widget=forms.Textarea(attrs={"rows": 6}), help_text="One a line.",
    )  # fmt: skip
    zone = forms.CharField(label="Time zone of the team", help_text="e.g. America/New_York")
    mon = forms.CharField(
        label="Monday", required=False, initial="09:00-17:00", help_text="e.g. 09:00-12:30 13:30-18:00"
    )
    tue = forms.CharField(label="Tuesday", required=False, initial="09:00-17:00")
    wed = forms.CharField(label="Wednesday", required=False, initial="09:00-17:00")
    thu = forms.CharField(label="Thursday", required=False, initial="09:00-17:00")
    fri = forms.CharField(label="Friday", required=False, initial="09:00-17:00")
    sat = forms.CharField(label="Saturday", required=False)
    sun = forms.CharField(label="Sunday", required=False)
    country = forms.CharField(
        label="Public holidays of", required=False, help_text="A country, e.g. US or DE; empty for none."
    )
    subdivision = forms.CharField(label="State or province", required=False, help_text="e.g. BY")
    days_off = forms.CharField(
        label="The company's own days off", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, e.g. 2026-12-24.",
    )  # fmt: skip
    note = forms.CharField(label="Why", required=False, max_length=500, help_text="For the other side.")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        sides: tuple[str, ...],
        tables: tuple[tuple[str, str], ...] = (),
        **rest: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **rest)
        self.fields["points_table"].choices = list(tables)  # type: ignore[attr-defined]
        self.fields["side"].choices = [(side, side.capitalize()) for side in sides]  # type: ignore[attr-defined]

    def clauses(self) -> Clauses:
        """The duties as filled in.

        Raises:
            BadInput: for a figure, a zone, hours or a day that cannot be.
        """
        told = self.cleaned_data
        return Clauses(
            rule=told["rule"].strip("\r\n").replace("\r\n", "\n"),
            points_per_month=told["points_per_month"],
            points_table=told["points_table"],
            first_attempt_hours=told["first_attempt_hours"],
            attempts=told["attempts"],
            within_days=told["within_days"],
            reasons=tuple(_lines(told["reasons"])),
            zone=told["zone"].strip(),
            hours={day: told[day].strip() for day in WEEKDAYS if told[day].strip()},
            country=told["country"].strip().upper(),
            subdivision=told["subdivision"].strip(),
            days_off=tuple(_day(line) for line in _lines(told["days_off"])),
        )


class RejectionForm(forms.Form):
    """Why a lead goes back to marketing."""

    reason = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, reasons: tuple[str, ...], **rest: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **rest)
        self.fields["reason"].choices = [(one, one.capitalize()) for one in reasons]  # type: ignore[attr-defined]


def as_initial(clauses: Clauses) -> dict[str, object]:
    """A version as the form shows it, to begin the next from."""
    told = clauses.as_json()
    hours = {day: clauses.hours.get(day, "") for day in WEEKDAYS}
    lines = {"reasons": "\n".join(clauses.reasons), "days_off": "\n".join(map(str, clauses.days_off))}
    return told | hours | lines


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"a day off is written 2026-12-24, got {text!r}") from None
