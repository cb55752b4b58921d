"""Markdown as people write it in the playbook, as HTML that a page may show: no raw HTML, no pictures."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: The page's own heading is its only h1.
_TOP, _DEEPEST = 2, 6
_TABLE = (
    '<div class="table-scroll" tabindex="0" role="region" aria-label="Table"><table class="table table-sm">'
)
_SIDES = {"right": "text-end", "center": "text-center"}


def rendered(text: str, top: int = _TOP) -> SafeString:
    """The text as HTML. HTML in it is shown as it was typed, and a link leads to the web or to a mail.

    Headings begin below the page's own and skip no level, whatever was typed; tables scroll by themselves.

    Args:
        text: Markdown.
        top: the level its highest heading gets: 2 on a page of its own, 3 within a card that has a title.
    """
    tokens = _parser().parse(text)
    _put_in_order(tokens, top)
    _align(tokens)
    return mark_safe(_parser().renderer.render(tokens, _parser().options, {}))  # noqa: S308 -- raw HTML is off


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    made.add_render_rule("table_open", _table_begins)
    made.add_render_rule("table_close", _table_ends)
    made.add_render_rule("link_open", _link_begins)
    return made


def _put_in_order(tokens: Sequence[Token], top: int) -> None:
    """Headings one below the other: the highest in the text comes below the page's own."""
    said = [int(one.tag[1]) for one in tokens if one.type == "heading_open"]
    highest, last = min(said, default=1), top - 1
    for one in tokens:
        if one.type == "heading_open":
            last = min(top + int(one.tag[1]) - highest, last + 1, _DEEPEST)
        if one.type in {"heading_open", "heading_close"}:
            one.tag = f"h{last}"


def _align(tokens: Sequence[Token]) -> None:
    """A column's side as a class: a style in the text is what the content policy refuses."""
    for one in tokens:
        side = str(one.attrs.pop("style", "")).removeprefix("text-align:")
        if side in _SIDES:
            one.attrSet("class", _SIDES[side])


def _table_begins(*_: Any) -> str:  # noqa: ANN401 -- as markdown-it calls it: renderer, tokens, place, options
    return _TABLE


def _table_ends(*_: Any) -> str:  # noqa: ANN401
    return "</table></div>\n"


def _link_begins(renderer: Any, tokens: Sequence[Token], at: int, options: Any, _env: Any) -> str:  # noqa: ANN401
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    return str(renderer.renderToken(tokens, at, options, _env))
