"""Files that leave the house: record lists as CSV, and the log of who took what."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from quintet.site.access import asker, rule_of
from quintet.site.components.records import RecordList, as_record_list
from quintet.site.models import Export

#: A spreadsheet runs a cell that starts so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Permissions of the room whose people may not be known outside.
_WALLED = "hiring."


class CsvResponse(SimpleTemplateResponse):
    """A record list as a CSV file."""

    def __init__(self, name: str, records: RecordList) -> None:
        super().__init__("", content_type="text/csv; charset=utf-8")
        self._records = records
        self["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        self.row_count = len(records.all_rows)

    @property
    def rendered_content(self) -> str:
        """Header and rows; a byte-order mark, so that spreadsheets read UTF-8."""
        return "\ufeff" + csv_text(self._records)


def csv_text(records: RecordList) -> str:
    """A record list as CSV: one header line, one line a record, nothing that runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.label for column in records.columns])
    writer.writerows(_cells(records, records.all_rows))
    return out.getvalue()


def _cells(records: RecordList, rows: Iterable[Any]) -> Iterable[list[object]]:
    for row in rows:
        yield [_harmless(row.get(column.name)) for column in records.columns]


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(request: HttpRequest, response: SimpleTemplateResponse) -> CsvResponse | None:
    """The CSV file asked for by `?csv=<name>`, when the page has a record list of that name."""
    name = request.GET.get("csv", "")
    records = (response.context_data or {}).get(name) if name else None
    return None if records is None else CsvResponse(name, as_record_list(records, request, name))


def is_download(response: HttpResponseBase) -> bool:
    """Is this a file somebody takes away?"""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def log(request: HttpRequest, response: HttpResponseBase) -> Export:
    """Write down who took which file from which page."""
    disposition = response.headers["Content-Disposition"]
    return Export.objects.create(
        user=asker(request),
        page=_page(request)[:500],
        filename=disposition.partition("filename=")[2].strip('"')[:200],
        rows=getattr(response, "row_count", None),
        size_bytes=None if response.streaming else len(response.content),  # type: ignore[attr-defined]
    )


def _page(request: HttpRequest) -> str:
    """The address of the page; of one about candidates only its kind, as operations read this log."""
    found = request.resolver_match
    if found is None or not (rule_of(found.func) or "").startswith(_WALLED):
        return request.get_full_path()
    return f"/{found.route}"
