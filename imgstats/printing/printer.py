"""A printer: HTML in, PDF out, one browser for all pages."""

from __future__ import annotations

import binascii
import threading
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Self, TypeVar

import imgstats
from imgstats.errors import WorkError
from imgstats.printing.browser import find_browser
from imgstats.printing.devtools import Browser, BrowserGoneError
from imgstats.printing.paper import CREATOR, PAPER, PAPERS, check_paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["SECONDS", "Printer"]

_Result = TypeVar("_Result")

# For one page, which takes one; a machine that many share may need much more.
SECONDS = 120.0
# No such host can be: the browser asks for it, and is given the page.
_ADDRESS = "https://report.invalid/"
# Chromium fills the two numbers and the title in, as text. The sides are those of the page's CSS.
_FOOTER = """
<div style="box-sizing: border-box; width: 100%; padding: 0 13mm; display: flex; gap: 5mm;
 font: 7pt 'Liberation Sans', 'Noto Sans', Arial, sans-serif; color: #444">
<bdi class="title" style="flex: 1; min-width: 0; overflow: hidden; white-space: nowrap;
 text-overflow: ellipsis"></bdi>
<span><span class="pageNumber"></span> / <span class="totalPages"></span></span>
</div>
"""


class Printer:
    """Prints pages, one after the other; used in a ``with`` block.

    Parameters
    ----------
    paper : {"a4", "letter"}
        What is printed on.
    seconds : float
        How long one page may take.

    Raises
    ------
    InputError
        If there is no such paper.
    WorkError
        If there is no browser, or it does not start in two tries.

    Notes
    -----
    Pages run no script and fetch nothing: each request of the browser but that for the page itself
    fails. A PDF is tagged, with the page's title and language, and an outline of its headings. Two
    prints of a page differ in the time of printing and in the numbers of the tags, and in nothing
    that is seen.
    """

    def __init__(self, paper: str = PAPER, *, seconds: float | None = None) -> None:
        self._size = PAPERS[check_paper(paper)]
        self._seconds = SECONDS if seconds is None else seconds
        self._program = find_browser()
        self._lock = threading.Lock()
        self._stopped = False
        self._page, self._session, self._loaded = b"", "", False
        self._browser: Browser | None = None
        self._twice(self._running)

    def _running(self) -> Browser:
        """Return the browser, a new one where the last is gone."""
        if self._browser is not None:
            return self._browser
        browser = Browser(
            self._program,
            agent=f"{CREATOR} {imgstats.__version__}",
            seconds=self._seconds,
            heard=self._heard,
        )
        with self._lock:
            self._browser = browser  # from now on another thread can stop it
            if self._stopped:
                browser.kill()
        self._open_page(browser)
        return browser

    def _open_page(self, browser: Browser) -> None:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        found = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        for method, parameters in (
            ("Inspector.enable", {}),
            ("Page.enable", {}),
            ("Emulation.setScriptExecutionDisabled", {"value": True}),
            ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
        ):
            browser.call(method, self._session, **parameters)

    def pdf(self, page: bytes) -> bytes:
        """Print a page.

        Parameters
        ----------
        page : bytes
            HTML in UTF-8.

        Returns
        -------
        bytes
            The PDF.

        Raises
        ------
        BrowserGoneError
            If the browser ends, and a new one does too.
        BrowserHangsError
            If it takes too long. The next page is printed by a new browser.
        WorkError
            If what it gives is no PDF.
        """
        return _checked(self._twice(lambda: self._printed(page)))

    def _twice(self, work: Callable[[], _Result]) -> _Result:
        """Do something, and once more with a new browser where the first ended.

        A machine under load may kill a browser, at its start too.
        """
        try:
            return self._once(work)
        except BrowserGoneError:
            if self._stopped:
                raise
            return self._once(work)

    def _once(self, work: Callable[[], _Result]) -> _Result:
        try:
            return work()
        except BaseException:
            self._drop()
            raise

    def _printed(self, page: bytes) -> dict[str, Any]:
        browser = self._running()
        browser.begin()
        self._load(browser, page)
        return browser.call("Page.printToPDF", self._session, **self._layout())

    def _load(self, browser: Browser, page: bytes) -> None:
        self._page, self._loaded = page, False
        found = browser.call("Page.navigate", self._session, url=_ADDRESS)
        if "errorText" in found:
            raise BrowserGoneError(f"the browser {self._program} says {found['errorText']}")
        while not self._loaded:
            browser.listen()

    def _layout(self) -> dict[str, object]:
        width, height = self._size
        return {
            "paperWidth": width,
            "paperHeight": height,
            "printBackground": True,
            "displayHeaderFooter": True,
            "headerTemplate": "<span></span>",
            "footerTemplate": _FOOTER,
            "generateTaggedPDF": True,
            "generateDocumentOutline": True,
        }

    def _heard(self, event: dict[str, Any]) -> None:
        """Give the browser the page that it asks for and nothing else; note that it is loaded."""
        if event["method"] == "Page.loadEventFired":
            self._loaded = True
        if event["method"] != "Fetch.requestPaused":
            return
        request = event["params"]["requestId"]
        method, answer = "Fetch.failRequest", dict[str, object](errorReason="BlockedByClient")
        if event["params"]["request"]["url"] == _ADDRESS:
            kind = {"name": "Content-Type", "value": "text/html; charset=utf-8"}
            body = b64encode(self._page).decode("ascii")
            method = "Fetch.fulfillRequest"
            answer = {"responseCode": 200, "responseHeaders": [kind], "body": body}
        if (browser := self._browser) is not None:
            browser.tell(method, self._session, requestId=request, **answer)

    def _drop(self) -> None:
        with self._lock:
            browser, self._browser = self._browser, None
        if browser is not None:
            browser.close()

    def stop(self) -> None:
        """End the browser from another thread; the page that is being printed fails at once."""
        with self._lock:
            self._stopped = True
            if self._browser is not None:
                self._browser.kill()

    def close(self) -> None:
        """End the browser; for the thread that prints, or when it is over."""
        self._drop()

    def __enter__(self) -> Self:
        """Return the printer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the browser."""
        self.close()


def _checked(found: dict[str, Any]) -> bytes:
    try:
        data = b64decode(found["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as e:
        raise WorkError("the browser printed nothing") from e
    if not data.startswith(b"%PDF-"):
        raise WorkError("what the browser printed is no PDF")
    return data
