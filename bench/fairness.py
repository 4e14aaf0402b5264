"""What a stream of invoice files leaves to admissions: their rate alone, and beside it.

One simulator on a durable store, where platform and funds decide and settle at once. Admissions come over the
same connections in both rounds; in the second, other connections send one invoice file after the other.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figure import Better, Figure
from bench.intake import posted
from bench.line import Line, asked, lines
from bench.material import NAME, http_post, invoice_files, quick_profile
from bench.served import served
from bench.target import CONNECTIONS, ROUNDS, Target, run, too_busy

from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import ResultMajor

STREAMS = 8
"""Connections that send invoice files, each the next one as soon as the last is acknowledged."""
FILES = 360
"""Invoice files that are ready to be sent, all different: more than can be handled in the rounds."""


@dataclass(slots=True)
class Beside:
    """Rounds of admissions beside a stream of files; ``acknowledged`` counts the files of each."""

    admissions: Target
    files: Iterator[bytes]
    acknowledged: list[int] = field(default_factory=list)

    def rate(self) -> float:
        """Admissions per second in one round."""
        return run(self._rate())

    async def _rate(self) -> float:
        server = self.admissions.server
        over = asyncio.Event()
        async with (
            lines(server.host, server.port, CONNECTIONS) as opened,
            lines(server.host, server.port, STREAMS) as streams,
        ):
            async with asyncio.TaskGroup() as group:
                sending = [group.create_task(self._stream(line, over)) for line in streams]
                done = await self.admissions.round(opened)
                over.set()
            self.acknowledged.append(sum(task.result() for task in sending))
            # One more, which is acknowledged after all that was due: the next round begins without arrears.
            await self._send(streams[0])
        return done.rate

    async def _stream(self, line: Line, over: asyncio.Event) -> int:
        count = 0
        while not over.is_set():
            await self._send(line)
            count += 1
        return count

    async def _send(self, line: Line) -> None:
        file = next(self.files, None)
        if file is None:
            raise EnvironmentFailure("there are not enough invoice files for the stream")
        await asked(line, file, self.admissions.proof)


def measure() -> Sequence[Figure]:
    """Admissions per second beside a stream of invoice files, against those without it."""
    with TemporaryDirectory() as folder, ExitStack() as ends:
        server = ends.enter_context(served("simulator", str(Path(folder) / "fairness.sqlite"), "0"))
        alone = Target(server, posted(server), ResultMajor.SUCCESS.encode())
        path = f"/{NAME}/{quick_profile().services['invoices']}"
        files = iter([http_post(server.address, path, envelope) for envelope in invoice_files(FILES)])
        beside = Beside(alone, files)
        server = ends.enter_context(served("echo"))
        echo = Target(server, posted(server), b"", again=True)
        alone.rate()
        echo.rate()
        rounds = [(echo.rate(), alone.rate(), beside.rate()) for _ in range(ROUNDS)]
    echoes, without, ours = zip(*rounds, strict=True)
    return [
        Figure(
            name="fairness",
            unit="requests/s",
            better=Better.HIGHER,
            ours=ours,
            floor=without,
            floor_is="the same admissions without a stream of invoice files",
            beside={
                "part of the floor": median(one / other for one, other in zip(ours, without, strict=True)),
                "connections with files": STREAMS,
                "files in a round": median(beside.acknowledged),
            },
            invalid=too_busy(median(echoes)),
        )
    ]
