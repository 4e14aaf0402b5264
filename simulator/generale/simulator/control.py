"""The control API: what a player does to rehearsals from another process, as JSON over HTTP.

Everything asks for a bearer token. What is answered about a rehearsal has been committed first, so a
log that was read here is a prefix of every later one.

    GET     /control/                                          address, kind of clock, every rehearsal
    POST    /control/rehearsals[?name=]                        begin one (WorldSetUp)
    GET     /control/rehearsals/{name}                         its time, addresses, behaviours
    GET     /control/rehearsals/{name}/log[?after=seq]         its events, as JSON lines
    GET     /control/rehearsals/{name}/evidence/{digest}       the bytes behind an event
    GET     /control/rehearsals/{name}/messages                what was acknowledged, in that order
    POST    /control/rehearsals/{name}/clock                   leap ({"to": instant}); 409 on a wall clock
    POST    /control/rehearsals/{name}/behaviours              switch one on (Behaviour)
    DELETE  /control/rehearsals/{name}/behaviours/{kind}       switch every one of a kind off
    POST    /control/rehearsals/{name}/takeovers               let a number end and another begin (Takeover)

An error is ``{"problem": ..., "hint": ...}``: 400 for what cannot be done, 403 without the token, 404 for
what is not there, 413 for a body that is too long, 503 where the store cannot be written.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from generale.protocol.errors import EnvironmentFailure, OurError, PeerError, UsageError
from generale.protocol.form import from_json, to_json
from generale.results.events import write_transcript
from generale.simulator.behaviour import Behaviour, Kind, Takeover
from generale.simulator.http import BODY_LIMIT, CONTROL_PATH, BodyTooLong, LineLost, read_body
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.set_up import WorldSetUp
from generale.simulator.simulator import Simulator

T = TypeVar("T")

_LONGEST_NUMBER = 12
"""More digits than the number of any event has."""
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leap:
    """Where the clock of a rehearsal is to be moved."""

    to: datetime


def control_app(simulator: Simulator, *, token: str) -> Starlette:
    """The control API of a simulator as an ASGI application; ``UsageError`` for an empty token."""
    if not token:
        raise UsageError("the control API needs a token", hint="give any secret text")
    control = Control(simulator)
    one = f"{CONTROL_PATH}/rehearsals/{{name}}"
    table: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", f"{CONTROL_PATH}/", control.overview),
        ("POST", f"{CONTROL_PATH}/rehearsals", control.begin),
        ("GET", one, control.state),
        ("GET", f"{one}/log", control.log),
        ("GET", f"{one}/evidence/{{digest}}", control.evidence),
        ("GET", f"{one}/messages", control.messages),
        ("POST", f"{one}/clock", control.leap),
        ("POST", f"{one}/behaviours", control.behave),
        ("DELETE", f"{one}/behaviours/{{kind}}", control.stop),
        ("POST", f"{one}/takeovers", control.take_over),
    )
    return Starlette(
        routes=[Route(path, _guarded(endpoint, token), methods=[method]) for method, path, endpoint in table],
        exception_handlers={HTTPException: _http_problem, 500: _unexpected},
    )


class Control:
    """The endpoints; each does one thing to one simulator, under its lock."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def overview(self, _request: Request) -> Response:
        """Where the simulator listens, what clock it has, and its rehearsals."""
        simulator = self._simulator
        with simulator.lock:
            rehearsals = [self._state(rehearsal) for rehearsal in simulator.rehearsals.values()]
        clock = "virtual" if simulator.wall is None else "wall"
        return JSONResponse({"address": simulator.address, "clock": clock, "rehearsals": rehearsals})

    async def begin(self, request: Request) -> Response:
        """Begin a rehearsal; answers its name and the URL of each service."""
        set_up = await _form(WorldSetUp, request)
        rehearsal = self._simulator.open(set_up, request.query_params.get("name", ""))
        services = dict(self._simulator.addresses(rehearsal))
        return JSONResponse({"name": rehearsal.name, "services": services}, 201)

    async def state(self, request: Request) -> Response:
        """Time, addresses and behaviours of one rehearsal."""
        with self._settled(request) as rehearsal:
            return JSONResponse(self._state(rehearsal))

    async def log(self, request: Request) -> Response:
        """The events with a number above ``after``."""
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= _LONGEST_NUMBER):
            raise UsageError(f"'{after}' is not the number of an event", hint="0 or more")
        with self._settled(request) as rehearsal:
            lines = write_transcript(rehearsal.events[int(after) :])
        return Response(lines, media_type="application/x-ndjson")

    async def evidence(self, request: Request) -> Response:
        """The bytes with this digest."""
        name = request.path_params["digest"]
        with self._settled(request) as rehearsal:
            content = rehearsal.evidence.get(name)
        if content is None:
            raise HTTPException(404, f"there is no evidence {name}")
        return Response(content, media_type="application/octet-stream")

    async def messages(self, request: Request) -> Response:
        """Sender, reference and digest of every message that was acknowledged."""
        with self._settled(request) as rehearsal:
            found = [
                {"facility": facility, "reference": reference, "evidence": name}
                for (facility, reference), name in rehearsal.received.items()
            ]
        return JSONResponse(found)

    async def leap(self, request: Request) -> Response:
        """Move the clock, and let happen what falls due on the way."""
        if self._simulator.wall is not None:
            raise HTTPException(409, "the simulator runs on the wall clock")
        leap = await _form(Leap, request)
        return self._done(request, lambda rehearsal: rehearsal.move_to(leap.to))

    async def behave(self, request: Request) -> Response:
        """Switch a behaviour on."""
        behaviour = await _form(Behaviour, request)
        self._simulator.require_possible(behaviour)
        return self._done(request, lambda rehearsal: rehearsal.behave(behaviour))

    async def stop(self, request: Request) -> Response:
        """Switch every behaviour of a kind off."""
        kind = from_json(Kind, request.path_params["kind"])
        return self._done(request, lambda rehearsal: rehearsal.stop(kind))

    async def take_over(self, request: Request) -> Response:
        """Let a facility number end and another continue its activity."""
        takeover = await _form(Takeover, request)

        def take_over(rehearsal: Rehearsal) -> None:
            if takeover.old not in rehearsal.world.platform.facilities:
                raise UsageError(
                    f"{takeover.old} is no facility of this rehearsal", hint="look at its set-up"
                )
            rehearsal.take_over(takeover)

        return self._done(request, take_over)

    def _done(self, request: Request, action: Callable[[Rehearsal], None]) -> Response:
        with self._settled(request) as rehearsal:
            action(rehearsal)
            return JSONResponse(self._state(rehearsal))

    def _state(self, rehearsal: Rehearsal) -> Mapping[str, Any]:
        return {
            "name": rehearsal.name,
            "scenario": rehearsal.set_up.name,
            "rule_set": rehearsal.set_up.rule_set.isoformat(),
            "time": rehearsal.now().isoformat(),
            "services": dict(self._simulator.addresses(rehearsal)),
            "behaviours": to_json(rehearsal.world.behaviours.active),
            "events": len(rehearsal.events),
        }

    @contextmanager
    def _settled(self, request: Request) -> Iterator[Rehearsal]:
        """The rehearsal that is named, under the lock, with all that is due done and on disk."""
        name = request.path_params["name"]
        with self._simulator.lock:
            rehearsal = self._simulator.rehearsals.get(name)
            if rehearsal is None:
                raise HTTPException(404, f"there is no rehearsal '{name}'")
            rehearsal.now()
            rehearsal.commit()
            yield rehearsal


async def _form(kind: type[T], request: Request) -> T:
    """The body of a request as a typed value; ``PeerError`` where it is none."""
    raw = await read_body(request.headers.raw, request.receive, BODY_LIMIT)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise PeerError(f"the body is not JSON: {error}") from error
    return from_json(kind, value)


def _guarded(endpoint: Endpoint, token: str) -> Endpoint:
    """An endpoint that asks for the token first and answers errors as problems."""
    expected = f"Bearer {token}".encode()

    async def guarded(request: Request) -> Response:
        if not compare_digest(request.headers.get("authorization", "").encode(), expected):
            return _problem(403, "the control API needs its token", "Authorization: Bearer ...")
        try:
            return await endpoint(request)
        except PeerError as error:
            return _problem(400, str(error), error.where)
        except UsageError as error:
            return _problem(400, str(error), error.hint)
        except OurError as error:
            return _problem(400, str(error), "")
        except EnvironmentFailure as error:
            return _problem(503, str(error), "try again")
        except BodyTooLong:
            return _problem(413, f"a body has at most {BODY_LIMIT} bytes", "")
        except LineLost:
            return Response(status_code=400)

    return guarded


async def _http_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    hint = "" if error.status_code == 409 else f"{CONTROL_PATH}/ lists what is there"
    return _problem(error.status_code, error.detail, hint)


async def _unexpected(_request: Request, error: Exception) -> Response:
    return _problem(500, f"an error of the simulator: {type(error).__name__}", "see its log")


def _problem(status: int, problem: str, hint: str) -> Response:
    return JSONResponse({"problem": problem, "hint": hint}, status)
