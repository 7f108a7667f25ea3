"""HTML saved from a document site to text: the blocks of the article, without the site's navigation."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from diaoyan.errors import CompilationError
from diaoyan.language import gettext, reason

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCK = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead
    tr ul
    """.split()
)
_HIDDEN = frozenset(
    """
    script style noscript template head nav footer aside form button select option textarea iframe svg math object
    """.split()
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|sidebar|side|footer|foot|topbar|toolbar|header|"
    r"share|comments?|recommend|related|login|search|advert|ads?|copyright|pagination|pager|tags?)(?:$|[\s_-])",
    re.I,
)
_DEEPEST = 2_000


def read_html(text: str, *, name: str) -> tuple[str, list[str]]:
    """Return the text of an HTML page, and no notes.

    Left out are what a browser does not show, the elements that HTML has for navigation, those whose class or id says
    that they are, and lines made of nothing but links to other pages.

    Raises
    ------
    CompilationError
        If the elements are nested deeper than any page is.

    Examples
    --------
    >>> read_html("<body><nav>首页</nav><p>目录</p><p><a href='/b'>下一篇</a></p></body>", name="a.html")
    ('目录', [])
    """
    page = _Page(name)
    try:
        page.feed(text)
        page.close()
    except AssertionError as error:  # html.parser asserts where a declaration is malformed
        raise CompilationError(
            gettext("{name}: expected an HTML page, found a malformed one ({error}).").format(
                name=name, error=reason(error)
            )
        ) from None
    page.end_line()
    return "\n".join(page.lines), []


class _Page(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.lines: list[str] = []
        self._line: list[str] = []
        self._linked = True
        self._open: list[tuple[str, bool, bool]] = []
        self._hidden = 0
        self._links = 0
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCK or tag == "br":
            self.end_line()
        elif tag in ("td", "th") and self._line:
            self._line.append("\t")
        if tag in _VOID:
            return
        if tag in ("p", "li", "tr", "td", "th", "option") and self._open and self._open[-1][0] == tag:
            self.handle_endtag(tag)
        values = {key: value or "" for key, value in attrs}
        hidden = tag in _HIDDEN or self._is_chrome(tag, values)
        outward = tag == "a" and not values.get("href", "#").startswith("#")
        self._open.append((tag, hidden, outward))
        if len(self._open) > _DEEPEST:
            raise CompilationError(
                gettext("{self}: expected an HTML page, found elements nested over {DEEPEST} deep.").format(
                    self=self.name, DEEPEST=_DEEPEST
                )
            )
        self._hidden += hidden
        self._preformatted += tag == "pre"
        self._links += outward

    def _is_chrome(self, tag: str, values: dict[str, str]) -> bool:
        if tag in ("html", "body", "main", "article", "a"):
            return False
        if tag == "header":  # an article's own header holds its title
            return all(open_tag not in ("article", "main") for open_tag, *_ in self._open)
        if values.get("role") in ("navigation", "banner", "contentinfo", "search", "complementary"):
            return True
        if "display:none" in values.get("style", "").replace(" ", "").lower() or "hidden" in values:
            return True
        return any(_CHROME.search(values.get(key, "")) for key in ("class", "id"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK:
            self.end_line()
        if all(open_tag != tag for open_tag, *_ in self._open):
            return
        while self._open:
            open_tag, hidden, outward = self._open.pop()
            self._hidden -= hidden
            self._preformatted -= open_tag == "pre"
            self._links -= outward
            if open_tag == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._preformatted:
            self._line.append(data)
            self._linked = False
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._line.append(words)
        if words.strip():
            self._linked = self._linked and self._links > 0

    def end_line(self) -> None:
        """End the line that is being gathered, and keep it unless it is only links."""
        line = "".join(self._line).strip()
        if line and not self._linked:
            self.lines.append(line)
        self._line, self._linked = [], True
