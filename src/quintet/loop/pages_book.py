"""The quarter book: as a page, and as the PDF one hands out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from quintet.kernel.access import needs
from quintet.loop.asks_decisions import Reader
from quintet.loop.book import asks
from quintet.loop.book.printing import as_pdf
from quintet.loop.book.terms import Book
from quintet.loop.charts import curve_chart
from quintet.loop.pages import POINT_COLUMNS, point_row

SEES = "loop.see_book"


@needs(SEES)
def newest(request: HttpRequest) -> HttpResponse:
    """GET /loop/book/: the newest book; before the first turn, how there comes to be one."""
    found = asks.periods(settings.HOME)
    if found:
        return redirect("loop:book", found[0])
    return TemplateResponse(request, "loop/book.html", {"book": None})


@needs(SEES)
def book(request: HttpRequest, period: str) -> HttpResponse:
    """GET /loop/book/<period>/: one quarter."""
    told = _book(request, period)
    panels = [
        {
            "one": chapter,
            "name": f"book-{at}",
            "spec": curve_chart(chapter.curve) if len(chapter.curve.points) > 1 else None,
            "columns": POINT_COLUMNS,
            "rows": [point_row(point) for point in chapter.curve.points],
        }
        for at, chapter in enumerate(told.chapters)
    ]
    context = {"book": told, "panels": panels, "periods": asks.periods(settings.HOME)}
    return TemplateResponse(request, "loop/book.html", context)


@needs(SEES)
def pdf(request: HttpRequest, period: str) -> HttpResponse:
    """GET /loop/book/<period>.pdf: the same, to hand out."""
    told = _book(request, period)
    answer = HttpResponse(as_pdf(told), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="quarter-book-{period}.pdf"'
    return answer


def _book(request: HttpRequest, period: str) -> Book:
    reader = Reader(request.scope)  # type: ignore[attr-defined]
    return asks.book(settings.HOME, period, str(request.company), reader)  # type: ignore[attr-defined]
