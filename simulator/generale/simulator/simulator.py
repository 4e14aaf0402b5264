"""The simulator: several rehearsals at once behind one address, none of which sees another."""

import gc
import re
from collections.abc import Mapping
from threading import RLock
from typing import TYPE_CHECKING

from generale.protocol.clock import Clock
from generale.protocol.errors import OurError, UsageError
from generale.protocol.form import from_json, to_json
from generale.protocol.genericasync import Fault, schema_files, wsdl
from generale.protocol.profile import INVOICES, Profile
from generale.protocol.security import Level
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.astray import Astray
from generale.simulator.behaviour import CERTIFICATES, Behaviour
from generale.simulator.journal import Journal, NoJournal
from generale.simulator.noting import note_failure, note_late_answer
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.server_certificate import ServerCertificate, asked_for, shown_to_a_caller
from generale.simulator.service import refused, serve
from generale.simulator.set_up import WorldSetUp
from generale.simulator.spoiling import check_possible
from generale.simulator.token_service import SERVICE as STS
from generale.simulator.token_service import serve_token

if TYPE_CHECKING:
    from generale.simulator.guard import Guard

_TEXT = {"content-type": "text/plain; charset=utf-8"}
_XML = {"content-type": "text/xml; charset=utf-8"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
NO_SUCH_SERVICE = b"no such service\n"
"""What is answered where nobody is."""
_RESERVED = "control"
_CALLED = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
"""A host that a client can have called, with its port (RFC 9112, 3.2); its length is bounded."""

STS_PATH = "sts"
"""Where, below a rehearsal, the security token service answers (project-defined)."""


EVIDENCE_LIMIT = 4 * 1024 * 1024 * 1024
"""How many bytes of evidence and events one rehearsal holds before it takes no more requests
(project-defined).
"""


class Simulator:
    """Holds the rehearsals and gives each request to the one whose address it names.

    ``address`` is where the edge listens (``http://127.0.0.1:8080``), without a slash at the end.
    ``wall`` is the clock of all rehearsals where time is real. One lock orders everything. ``guard`` looks
    at the security of messages, None where nobody does. ``evidence_limit`` is one rehearsal's, in bytes.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        address: str = "http://simulator.invalid",
        journal: Journal | None = None,
        wall: Clock | None = None,
        guard: "Guard | None" = None,
        evidence_limit: int = EVIDENCE_LIMIT,
    ) -> None:
        self.profile = profile
        self.address = address
        self.lock = RLock()
        self.rehearsals: dict[str, Rehearsal] = {}
        self._journal = journal or NoJournal()
        self._service_at = {path: service for service, path in profile.services.items()}
        self._asked: dict[str, Rehearsal] = {}
        self._behind: dict[str, Rehearsal] = {}
        self.wall = wall
        self.guard = guard
        self._evidence_limit = evidence_limit
        self.astray = Astray()
        for stored in self._journal.stored():
            set_up = from_json(WorldSetUp, stored.set_up)
            self.rehearsals[stored.rehearsal] = Rehearsal(
                stored.rehearsal, set_up, profile, self._journal, wall, stored, self.lock
            )

    def open(self, set_up: WorldSetUp, name: str = "") -> Rehearsal:
        """Begin a rehearsal; ``UsageError`` where its name is taken or cannot stand in an address."""
        with self.lock:
            name = name or re.sub(r"[^a-z0-9]+", "-", set_up.name.lower()).strip("-")
            if not _NAME.fullmatch(name) or name == _RESERVED:
                raise UsageError(
                    f"'{name}' cannot be the name of a rehearsal",
                    hint="take letters, digits and dashes, and not 'control'",
                )
            if name in self.rehearsals:
                raise UsageError(f"a rehearsal '{name}' is already there", hint="take another name")
            rehearsal = Rehearsal(name, set_up, self.profile, self._journal, self.wall, lock=self.lock)
            self._journal.open(name, to_json(set_up))
            self.rehearsals[name] = rehearsal
            return rehearsal

    def require_possible(self, behaviour: Behaviour) -> None:
        """``UsageError`` where a behaviour can never happen on this server."""
        check_possible(behaviour, self.guard.level if self.guard is not None else Level.OFF)
        if behaviour.kind in CERTIFICATES and not self.address.startswith("https:"):
            raise UsageError(
                f"no certificate is shown here, so that '{behaviour.kind}' cannot happen",
                hint="serve with --tls optional or required",
            )

    def close(self, rehearsal: Rehearsal) -> None:
        """Let go of a rehearsal that is over, for good; its address answers no more."""
        with self.lock:
            self.rehearsals.pop(rehearsal.name, None)
            self._asked.pop(rehearsal.name, None)
            self._behind.pop(rehearsal.name, None)
            gc.unfreeze()  # a server may have set it aside, where nothing would find it
            self._journal.forget(rehearsal.name)
            if self.guard is not None:
                self.guard.forget(rehearsal.name)

    @property
    def certificate(self) -> ServerCertificate:
        """Which certificate the rehearsals ask the server to show now."""
        with self.lock:
            asked = map(asked_for, self.rehearsals.values())
            return next((one for one in asked if one is not ServerCertificate.OWN), ServerCertificate.OWN)

    def called(self) -> ServerCertificate:
        """A client opens a connection under TLS: what it is shown, noted where it must refuse that."""
        with self.lock:
            return shown_to_a_caller(self.rehearsals.values())

    def addresses(self, rehearsal: Rehearsal) -> Mapping[str, str]:
        """The URL of each service of a rehearsal; where everything is signed, of the token service too."""
        paths = dict(self.profile.services)
        if self.guard is not None and self.guard.signs:
            paths[STS] = STS_PATH
        return {service: f"{self.address}/{rehearsal.name}/{path}" for service, path in paths.items()}

    def __call__(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a request by its path, with all that it did on disk; None where the line is to be cut."""
        with self.lock:
            answer = self.handle(request)
            self.write()
            return answer

    def write(self) -> None:
        """Bring to disk, in one step, what every request since the last time has done.

        Only then may the answers to them leave. ``EnvironmentFailure`` where the disk refuses: nothing
        was acknowledged, and what happened is written with the next request. ``OurError`` where a
        rehearsal has failed in the middle of a change; what the others did is written.
        """
        with self.lock:
            asked, self._asked = self._asked, {}
            whole = {name: rehearsal for name, rehearsal in asked.items() if rehearsal.is_whole}
            steps = {name: step for name, one in whole.items() if (step := one.unwritten()) is not None}
            if steps:
                self._journal.write(steps)
            for rehearsal in whole.values():
                rehearsal.written()
        if len(whole) < len(asked):
            raise OurError("a rehearsal failed in the middle of a change")

    def is_slow(self, request: HttpRequest) -> bool:
        """Whether a request is to take turns with the work of the funds: it is about invoice files."""
        return request.method == "POST" and self._path_of(request).endswith(
            f"/{self.profile.services[INVOICES]}"
        )

    def _path_of(self, request: HttpRequest) -> str:
        """The name of the rehearsal and what stands behind it."""
        return request.url.removeprefix(self.address).partition("?")[0].strip("/")

    @property
    def is_behind(self) -> bool:
        """Whether a rehearsal may have work to do that was put off."""
        return bool(self._behind)

    def put_off(self, request: HttpRequest) -> None:
        """Let the rehearsal that a request names find what is due, and put its work off."""
        name = self._path_of(request).partition("/")[0]
        with self.lock:
            rehearsal = self.rehearsals.get(name)
            if rehearsal is not None and rehearsal.is_whole:
                self._asked[name] = rehearsal
                rehearsal.now(puts_off=True)
                if rehearsal.is_behind:
                    self._behind[name] = rehearsal

    def work(self) -> None:
        """Do one piece of the work that was put off, if any is left; ``write`` brings it to disk."""
        with self.lock:
            for name, rehearsal in list(self._behind.items())[:1]:
                if rehearsal.is_behind:
                    self._asked[name] = rehearsal
                    rehearsal.work()
                if not rehearsal.is_behind:
                    del self._behind[name]

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        """The answer to a request by its path, which may leave after the next ``write``.

        Work that is due may be put off; it is done before a request that is slow itself.
        ``EnvironmentFailure`` where the rehearsal holds too much already: the request leaves no trace.
        """
        query = request.url.partition("?")[2]
        name, _, rest = self._path_of(request).partition("/")
        service = self._service_at.get(rest)
        with self.lock:
            rehearsal = self.rehearsals.get(name)
            if rehearsal is not None and rest == STS_PATH and self.guard is not None and self.guard.seals:
                rehearsal.require_room(len(request.body), self._evidence_limit)
                self._asked[name] = rehearsal
                return serve_token(rehearsal, request, self.guard)
            if rehearsal is None or service is None:
                self.astray.requests.append(request.url)
                return HttpResponse(status=404, body=NO_SUCH_SERVICE, headers=_TEXT)
            if request.method == "GET":
                return self._description(self._called(request), query)
            if request.method != "POST":
                return HttpResponse(status=405, body=b"POST, or GET with ?wsdl\n", headers=_TEXT)
            rehearsal.require_room(len(request.body), self._evidence_limit)
            self._asked[name] = rehearsal
            try:
                return serve(rehearsal, service, request, self.guard, puts_off=puts_off)
            finally:
                if rehearsal.is_behind:
                    self._behind[name] = rehearsal

    def refused(self, request: HttpRequest, fault: Fault, problem: str) -> HttpResponse:
        """A fault as the answer to a request that could not be handled, addressed and signed as any answer.

        ``problem`` is what went wrong where the simulator is at fault: the log of the rehearsal names it, so
        that no verdict blames the vendor. Empty where the request leaves no trace.
        """
        name = self._path_of(request).partition("/")[0]
        with self.lock:
            rehearsal = self.rehearsals.get(name)
            if rehearsal is None:
                raise OurError(f"nothing answers for '{name}'")
            if problem:
                self._asked[name] = rehearsal
                note_failure(rehearsal, request, problem)
            response = refused(rehearsal, request, fault, self.guard)
            if problem:
                note_late_answer(rehearsal, response)
            return response

    def _called(self, request: HttpRequest) -> str:
        """The URL of a service by the name that the client called, which leads there from where it is."""
        own = request.url.partition("?")[0]
        called = request.headers.get("host", "")
        if not _CALLED.fullmatch(called):
            return own
        scheme = self.address.partition("://")[0]
        return f"{scheme}://{called}{own.removeprefix(self.address)}"

    def _description(self, location: str, query: str) -> HttpResponse:
        """WSDL and schemas: ``?wsdl``, and ``?xsd=name`` for those of the envelope and of the content."""
        word, _, value = query.partition("=")
        own = self.profile.schema_name
        schemas = {**schema_files(location), own: self.profile.files[own]}
        if word.lower() == "wsdl":
            return HttpResponse(status=200, body=wsdl(location), headers=_XML)
        if word.lower() == "xsd" and value in schemas:
            return HttpResponse(status=200, body=schemas[value], headers=_XML)
        known = " ".join(f"?xsd={name}" for name in schemas)
        return HttpResponse(status=404, body=f"ask for ?wsdl {known}\n".encode(), headers=_TEXT)
