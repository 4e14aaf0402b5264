"""``generale detect``: the kill matrix."""

from generale.cli.output import print_json, print_text, remark
from generale.conformance.detection import Kill, KillMatrix, detect, musts_without_power
from generale.conformance.register import set_dates
from generale.results.verdicts import ExitCode


def run(seed: int, workers: int, *, as_json: bool) -> int:
    """Play every defect; 0 where all are killed and every MUST has power 1, else 30: ours is the fault."""
    matrix = detect(seed, workers, lambda kill: remark(line(kill)))
    weak = musts_without_power(matrix, set_dates()[-1])
    if as_json:
        print_json(document(matrix))
    else:
        noise = sum(len(kill.noise) for kill in matrix.kills) / max(len(matrix.kills), 1)
        killed = len(matrix.kills) - len(matrix.survivors)
        print_text(f"{killed} of {len(matrix.kills)} defects killed, noise {noise:.2f} per defect")
        same = matrix.unconsulted_played - len(matrix.unconsulted_differing)
        print_text(f"{same} of {matrix.unconsulted_played} sampled plays without the switch were identical")
        for name in matrix.survivors:
            print_text(f"survivor: {name}")
        for name in weak:
            print_text(f"a MUST without full power: {name}")
    at_fault = matrix.survivors or weak or matrix.unconsulted_differing
    return ExitCode.HARNESS_ERROR if at_fault else ExitCode.CONFORMING


def line(kill: Kill) -> str:
    """One defect in one line."""
    verdict = "killed  " if kill.killed else "SURVIVED"
    noise = f", also {', '.join(kill.noise)}" if kill.noise else ""
    return f"{verdict} {kill.defect:<40} {kill.requirement} {kill.check} {kill.reason or kill.code}{noise}"


def document(matrix: KillMatrix) -> dict[str, object]:
    """The document of ``detect --json`` (``docs/reference/detect.schema.json``)."""
    return {
        "defects": len(matrix.kills),
        "killed": len(matrix.kills) - len(matrix.survivors),
        "noise": {kill.defect: len(kill.noise) for kill in matrix.kills},
        "power": dict(matrix.power),
        "survivors": list(matrix.survivors),
        "unconsulted_played": matrix.unconsulted_played,
        "unconsulted_differing": list(matrix.unconsulted_differing),
        "kills": [
            {
                "defect": kill.defect,
                "requirement": kill.requirement,
                "check": kill.check,
                "code": kill.code,
                "killed": kill.killed,
                "noise": list(kill.noise),
                "scenarios": list(kill.scenarios),
            }
            for kill in matrix.kills
        ],
    }
