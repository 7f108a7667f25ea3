"""The review page's server: on this machine alone, for whoever has the address, and every answer kept at once.

Starlette and uvicorn of the optional group `serve` do the talking. What is checked here is who talks: only 127.0.0.1 is
listened to; other names for this machine are refused, since a page elsewhere could give itself one (DNS rebinding);
the address holds a random token; and what changes something comes as JSON from the page's own origin.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from diaoyan.corpus import Corpus, Label
from diaoyan.errors import CorpusError, DiaoyanError
from diaoyan.language import Lang, gettext, reason
from diaoyan.report import Report, number_shown
from diaoyan.review.choosing import SUSPECT, Pick, confirmed
from diaoyan.review.page import render
from diaoyan.review.sheet import reasons, suggestion
from diaoyan.tagging.tag import evidence_words
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import printable

HOST = "127.0.0.1"
#: Bytes of the longest answer: themes and a remark.
_LONGEST = 65_536
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Session:
    """A review as it goes on: what is asked, what was answered, and how to take the last answer back.

    Parameters
    ----------
    corpus : Corpus
        Where answers are kept, each as a step of its own that ``diaoyan undo`` knows too.
    picks : sequence of Pick
        In the order in which they are shown.
    codebook : Codebook
    labels : mapping of report_id to Label
        What the reports had before.
    who, when : str
        Noted with every answer.
    lang : {'zh', 'en'}
    """

    corpus: Corpus
    picks: Sequence[Pick]
    codebook: Codebook
    labels: Mapping[str, Label] = field(default_factory=dict)
    who: str = ""
    when: str = ""
    lang: Lang = "zh"
    answers: dict[str, Label] = field(default_factory=dict)
    _steps: list[tuple[str, Label | None]] = field(default_factory=list)

    def shown(self) -> list[dict[str, Any]]:
        """Return what the page shows of each report; every text in it is plain, no HTML."""
        return [
            {
                "id": pick.report.report_id,
                "head": number_shown(pick.report.month, pick.report.no),
                "title": printable(pick.report.title),
                "authors": printable(pick.report.authors or ""),
                "text": _paragraphs(pick.report),
                "machine": suggestion(pick, self.codebook, self.lang),
                "suggested": pick.suggested,
                "reasons": reasons(pick, self.codebook, self.labels.get(pick.report.report_id), self.lang),
                "evidence": evidence_words(pick.tag.evidence),
                "answer": _answer(self.answers.get(pick.report.report_id)),
            }
            for pick in self.picks
        ]

    def answer(self, report_id: str, primary: str, further: Sequence[str] = (), why: str = "") -> None:
        """Keep an answer; it is on disk when this returns.

        Raises
        ------
        CorpusError
            If the report was not asked about, or a theme is not in the codebook.
        """
        pick = next((pick for pick in self.picks if pick.report.report_id == report_id), None)
        if pick is None:
            raise CorpusError(
                gettext("Expected one of the {count} reports of this review, got {value!r}.").format(
                    count=len(self.picks), value=report_id[:60]
                )
            )
        before = self.answers.get(report_id)
        others = () if primary == OTHER else tuple(dict.fromkeys(theme for theme in further if theme != primary))
        label = Label(primary, others, self.who, self.when, printable(why).strip()[:2000])
        if SUSPECT in pick.reasons:
            label = confirmed(label)
        self._keep(report_id, label)
        self._steps.append((report_id, before))

    def take_back(self) -> str | None:
        """Take back the last answer, and return the id of its report; None if nothing was answered yet."""
        if not self._steps:
            return None
        report_id, before = self._steps[-1]
        self._keep(report_id, before)
        self._steps.pop()
        return report_id

    def _keep(self, report_id: str, label: Label | None) -> None:
        """Write one label; a report whose answer is taken back has what it had before the review."""
        self.corpus.label({report_id: label or self.labels.get(report_id)}, self.codebook)
        if label is None:
            self.answers.pop(report_id, None)
        else:
            self.answers[report_id] = label


def application(session: Session, *, token: str, port: int) -> Any:
    """Return the Starlette application of a review.

    Parameters
    ----------
    session : Session
    token : str
        Without which nothing is answered.
    port : int
        The one that is listened on: pages of other origins are refused.

    Raises
    ------
    CorpusError
        If the optional group `serve` is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, JSONResponse, Response
        from starlette.routing import Route
    except ImportError:
        raise CorpusError(
            gettext(
                "Expected the optional group 'serve' for a page to review on, it is not installed; "
                "install it with: pip install 'diaoyan[serve]', or review on a sheet with -o review.xlsx."
            )
        ) from None
    hosts = {f"{HOST}:{port}", f"localhost:{port}"}
    origins = {f"http://{host}" for host in hosts}

    def refused(request: Any) -> Response | None:
        if request.headers.get("host", "") not in hosts:
            return Response("unknown host", 403, _HEADERS)
        if not secrets.compare_digest(request.path_params["token"].encode(), token.encode()):
            return Response("unknown address", 404, _HEADERS)
        if request.method == "POST":
            if request.headers.get("origin", "") not in origins:
                return Response("unknown origin", 403, _HEADERS)
            if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
                return Response("expected JSON", 415, _HEADERS)
        return None

    async def page(request: Any) -> Response:
        if (no := refused(request)) is not None:
            return no
        nonce = secrets.token_urlsafe(16)
        content = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {**_HEADERS, "Content-Security-Policy": content}
        return HTMLResponse(render(session.codebook, session.lang, nonce=nonce), headers=headers)

    async def picks(request: Any) -> Response:
        return refused(request) or JSONResponse(session.shown(), headers=_HEADERS)

    async def answer(request: Any) -> Response:
        if (no := refused(request)) is not None:
            return no
        try:
            length = int(request.headers.get("content-length", _LONGEST + 1))
            given = _checked(await request.json()) if 0 <= length <= _LONGEST else None
        except (ValueError, RecursionError):
            given = None
        if given is None:
            return JSONResponse({"error": "expected report_id, primary, further and why"}, 400, _HEADERS)
        try:
            session.answer(**given)
        except DiaoyanError as error:
            return JSONResponse({"error": printable(str(error))}, 409, _HEADERS)
        return JSONResponse({"answered": len(session.answers)}, headers=_HEADERS)

    async def undo(request: Any) -> Response:
        if (no := refused(request)) is not None:
            return no
        try:
            return JSONResponse({"id": session.take_back(), "answered": len(session.answers)}, headers=_HEADERS)
        except DiaoyanError as error:
            return JSONResponse({"error": printable(str(error))}, 409, _HEADERS)

    return Starlette(
        routes=[
            Route("/{token}/", page),
            Route("/{token}/picks", picks),
            Route("/{token}/answer", answer, methods=["POST"]),
            Route("/{token}/undo", undo, methods=["POST"]),
        ]
    )


def serve(session: Session, *, port: int = 0, ready: Any = lambda address: None) -> None:
    """Serve a review until it is interrupted; `ready` is called with its address once it is listened to.

    Raises
    ------
    CorpusError
        If the port is taken, or the optional group `serve` is not installed.
    """
    try:
        import uvicorn
    except ImportError:
        application(session, token="", port=0)
        raise
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listening:
        try:
            listening.bind((HOST, port))
        except OSError as error:
            said = gettext("Expected a free port, {port} cannot be listened on ({strerror}); leave --port out.").format(
                port=port, strerror=reason(error)
            )
            raise CorpusError(said) from None
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        app = application(session, token=token, port=port)
        listening.listen(128)
        ready(f"http://{HOST}:{port}/{token}/")
        settings = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            ws="none",
            http="h11",
            loop="asyncio",
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(settings).run(sockets=[listening])


def _checked(given: Any) -> dict[str, Any] | None:
    """Return the arguments of `Session.answer`, or None if they are of other kinds."""
    if not isinstance(given, dict):
        return None
    answer = {"report_id": given.get("report_id"), "primary": given.get("primary"), "why": given.get("why", "")}
    further = given.get("further", [])
    if isinstance(further, list) and all(isinstance(text, str) for text in [*answer.values(), *further]):
        return {**answer, "further": further}
    return None


def _answer(label: Label | None) -> dict[str, Any] | None:
    return None if label is None else {"primary": label.primary, "further": list(label.further), "why": label.why}


def _paragraphs(report: Report) -> list[str]:
    return [printable(line.strip()) for line in report.text.split("\n") if line.strip()]
