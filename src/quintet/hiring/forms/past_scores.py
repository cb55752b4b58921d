"""Forms of past scores: hand a sheet in, and say what its columns mean."""

from collections.abc import Iterator
from typing import Any

from django import forms

from quintet.hiring.formula.past_scores import key_of
from quintet.hiring.terms.past_scores import CRITERION, MEANINGS, Reading, Sheet
from quintet.sources.files.reading.tables import READABLE

_SHOWN = 3
_ORDERS = {"": "As written: 2024-04-03, 3 Apr 2024", "day": "Day first: 03/04/2024 is 3 April",
           "month": "Month first: 03/04/2024 is 4 March"}  # fmt: skip
_IS_FIRST = {"day": True, "month": False, "": None}


class SheetForm(forms.Form):
    """A spreadsheet."""

    sheet = forms.FileField(
        label="Spreadsheet",
        help_text="CSV or Excel: a row for each interviewer and candidate, a column for each criterion.",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(READABLE)}),
    )


class ReadingForm(forms.Form):
    """What each column means, and the scale."""

    lowest = forms.FloatField(label="Lowest score")
    highest = forms.FloatField(label="Highest score")
    order = forms.ChoiceField(label="Dates", choices=list(_ORDERS.items()), required=False)

    def __init__(self, data: Any, *, sheet: Sheet, reading: Reading) -> None:  # noqa: ANN401
        order = {value: key for key, value in _IS_FIRST.items()}[reading.day_first]
        super().__init__(data, initial={"lowest": reading.lowest, "highest": reading.highest, "order": order})
        self.sheet = sheet
        for place, column in enumerate(sheet.columns):
            meaning = reading.meanings.get(column, "ignored")
            own = meaning if meaning.startswith(CRITERION) else CRITERION + key_of(column)
            choices = [(own, f"A criterion: {own.removeprefix(CRITERION)}"), *MEANINGS.items()]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column, choices=choices, initial=meaning, help_text=_shown(sheet, column)
            )

    def columns(self) -> Iterator[forms.BoundField]:
        """The fields of the columns."""
        return (self[f"column_{place}"] for place in range(len(self.sheet.columns)))

    def clean(self) -> dict[str, Any]:
        """Each meaning has one column; criteria are another each."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for place, column in enumerate(self.sheet.columns):
            meaning = told.get(f"column_{place}", "ignored")
            if meaning != "ignored" and meaning in taken:
                message = f"{taken[meaning]} is that already: choose one of the two columns"
                self.add_error(f"column_{place}", message)
            taken[meaning] = column
        return told

    def reading(self) -> Reading:
        """What a valid form says."""
        told = self.cleaned_data
        meanings = {column: told[f"column_{place}"] for place, column in enumerate(self.sheet.columns)}
        return Reading(meanings, told["lowest"], told["highest"], _IS_FIRST[told["order"]])


def _shown(sheet: Sheet, column: str) -> str:
    """Its first values."""
    texts = list(dict.fromkeys(row[column] for row in sheet.rows.values() if column in row))[:_SHOWN]
    return f"e.g. {', '.join(texts)}" if texts else "empty"
