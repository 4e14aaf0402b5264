"""What the log keeps of an exchange: all of it for who is known, as much as helps for a stranger.

A stranger is whoever sends what cannot be read, or is refused before it is sure who sends: most often the
vendor in front of us, whose mistake must be explained, but anybody else could send without end. So the bytes
of strangers come out of a room of their own. Once that is full nothing of strangers is kept, and who is known
goes on.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from generale.protocol.genericasync import is_package
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType, Party, digest
from generale.results.verdicts import Blame
from generale.simulator.event import weight
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.server_certificate import ServerCertificate

STRANGE_BODY_LIMIT = 1024 * 1024
"""The longest body of a stranger that is kept, in bytes (project-defined)."""

STRANGE_LIMIT = 256 * 1024 * 1024
"""How many bytes of strangers one rehearsal keeps, with those of the answers to them (project-defined)."""

LONGEST_HEADER = 4096
"""How many characters of an address, or of a header, stand in the log (project-defined)."""

HEADERS_LIMIT = 16 * 1024
"""How many characters of headers with their names stand in the log for one request (project-defined)."""

LONGEST_WORD = 1000
"""How many characters of anything else that a sender says stand in an event (project-defined)."""

_LEFT_OUT_HEADERS = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "date", "authorization"}
)
"""Headers that only tell of the line, and secrets; all others stand in the log."""

_JUDGED_HEADERS = ("content-type", "soapaction", "accept")
"""Headers that the answer depends on; they come first where not all can stand in the log."""


class Noting:
    """Writes one exchange into the log: the request, and what was answered to it."""

    def __init__(self, rehearsal: Rehearsal, ids: Mapping[str, str]) -> None:
        self._rehearsal = rehearsal
        self._ids = ids
        self._is_known = True
        self._is_kept = True

    def request(
        self,
        request: HttpRequest,
        content: bytes | None,
        *,
        more_ids: Mapping[str, str] = MappingProxyType({}),
        remarks: Mapping[str, str] = MappingProxyType({}),
        is_known: bool,
    ) -> None:
        """Note a request with its body; ``remarks`` are what its envelope says beside its content."""
        self._is_known = is_known
        ids = {**self._ids, **{name: text[:LONGEST_WORD] for name, text in more_ids.items()}}
        data = on_the_line(request)
        if remarks:
            data["said"] = {name: text[:LONGEST_WORD] for name, text in remarks.items()}
        if not is_known and content is not None and len(content) > STRANGE_BODY_LIMIT:
            data, content = _left_out(data, content), None
        if not is_known and not self._has_room(weight(ids) + weight(data) + len(content or b"")):
            if self._rehearsal.strangers_turned_away:
                self._is_kept = False
                return
            self._rehearsal.strangers_turned_away = True
            data = _left_out({"url": data["url"][:LONGEST_WORD], "headers": {}, "room": "full"}, request.body)
            content = None
        self._rehearsal.note(EventType.REQUEST, Party.VENDOR, Party.PLATFORM, ids, data, content)

    def answered(
        self, response: HttpResponse, remarks: Mapping[str, str | bool] = MappingProxyType({})
    ) -> HttpResponse:
        """Note what is answered; a remark stands in the log where it says anything."""
        data: dict[str, Any] = {"status": response.status}
        content_type = response.headers.get("content-type", "")
        if is_package(content_type):
            data["content_type"] = content_type
        data |= {name: said for name, said in remarks.items() if said}
        content = response.body or None
        if not self._is_known and content is not None:
            is_long = len(content) > STRANGE_BODY_LIMIT
            if is_long or not self._has_room(len(content)):
                data, content = _left_out(data, content), None
        self._note_answer(data, content)
        return response

    def cut(self) -> None:
        """Note that the line is cut in the place of an answer."""
        self._note_answer({"cut": True}, None)

    def _note_answer(self, data: Mapping[str, Any], content: bytes | None) -> None:
        if self._is_kept:
            self._rehearsal.note(EventType.RESPONSE, Party.PLATFORM, Party.VENDOR, self._ids, data, content)

    def _has_room(self, length: int) -> bool:
        """Take so many bytes of the room for strangers, if they are there."""
        taken = self._rehearsal.strange_bytes + length
        if taken > STRANGE_LIMIT:
            return False
        self._rehearsal.strange_bytes = taken
        return True


def note_failure(rehearsal: Rehearsal, request: HttpRequest, problem: str) -> None:
    """Note that the simulator failed to handle a request, with the bytes that it failed on."""
    content = request.body if 0 < len(request.body) <= STRANGE_BODY_LIMIT else None
    data = {"problem": problem[:LONGEST_WORD], "blame": Blame.SIMULATOR.value}
    rehearsal.note(EventType.HARNESS, Party.PLATFORM, data=data, content=content)


def note_late_answer(rehearsal: Rehearsal, response: HttpResponse) -> None:
    """Note what is answered to a request that stands in the log and was not handled to its end."""
    exchanged = (EventType.REQUEST, EventType.RESPONSE)
    last = next((event for event in reversed(rehearsal.events) if event.type in exchanged), None)
    if last is not None and last.type is EventType.REQUEST:
        ids = {name: last.ids[name] for name in ("exchange", "operation", "service")}
        Noting(rehearsal, ids).answered(response)


def on_the_line(request: HttpRequest) -> dict[str, Any]:
    """What the log says of a request beside its body: address, headers, and a certificate to be refused."""
    headers = {name: text for name, text in sorted(request.headers.items()) if name not in _LEFT_OUT_HEADERS}
    data: dict[str, Any] = {"url": _beginning(request.url), "headers": headers}
    if len("".join((*headers, *headers.values()))) > LONGEST_HEADER:
        data["headers"] = _bounded(headers)
    if request.server_certificate not in ("", ServerCertificate.OWN):
        data["server_certificate"] = request.server_certificate
    return data


def _bounded(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as far as they stand in the log: those that the answer depends on before all others."""
    kept: dict[str, str] = {}
    left = HEADERS_LIMIT
    for name in (*_JUDGED_HEADERS, *(name for name in headers if name not in _JUDGED_HEADERS)):
        text = _beginning(headers.get(name, ""))
        if name in headers and len(name) + len(text) <= left:
            kept[name] = text
            left -= len(name) + len(text)
    return dict(sorted(kept.items()))


def _beginning(text: str) -> str:
    return text if len(text) <= LONGEST_HEADER else f"{text[:LONGEST_HEADER]}\u2026"


def _left_out(data: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The same with the digest and the length of bytes that are not kept."""
    return {**data, "left_out": digest(content), "length": len(content)}
