"""``generale prove``: the long proofs, whose result is committed and must not be stale."""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from generale.cli.detect import document
from generale.cli.output import print_text, remark
from generale.cli.rehearse import vendor_process
from generale.conformance.detection import detect
from generale.conformance.engine import rehearse
from generale.conformance.fingerprint import proof_digest
from generale.conformance.plan import Plan
from generale.protocol.errors import DiskFailure, UsageError
from generale.results.verdicts import ExitCode, Verdict


def run(out: Path, seeds: int) -> int:
    """Prove, write the result, and answer 0 where everything held, else 30."""
    for folder in (out.parent, KILL_MATRIX.parent):
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}", hint="run it at the top of a checkout")
    clean, transports = _seeds(seeds), _transports()
    workers = os.cpu_count() or 1
    matrices = {seed: detect(seed, workers) for seed in range(1, min(seeds, DETECTION_SEEDS) + 1)}
    first = matrices[1]
    matrix_digest = proof_digest()
    result: Mapping[str, Any] = {
        "digest": matrix_digest,
        "seeds": seeds,
        "seeds_without_a_failure": clean,
        "http_gives_the_verdicts_of_in_process": transports,
        "detection_seeds": len(matrices),
        "defects": len(first.kills),
        "killed": {str(seed): len(m.kills) - len(m.survivors) for seed, m in matrices.items()},
        "noise_per_defect": round(sum(len(kill.noise) for kill in first.kills) / len(first.kills), 3),
        "survivors": sorted({name for m in matrices.values() for name in m.survivors}),
        "unconsulted_differing": sorted({n for m in matrices.values() for n in m.unconsulted_differing}),
        "power": dict(first.power),
    }
    kill_matrix = {"digest": matrix_digest, **document(first)}
    try:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        KILL_MATRIX.write_text(json.dumps(kill_matrix, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise DiskFailure(f"the result cannot be written: {error.strerror}", address=str(out)) from error
    print_text(json.dumps(result, indent=1))
    holds = clean == seeds and transports and not (result["survivors"] or result["unconsulted_differing"])
    return ExitCode.CONFORMING if holds else ExitCode.HARNESS_ERROR


KILL_MATRIX = Path("conformance/generale/conformance/kill-matrix.json")
"""The kill matrix that travels in every bundle."""

DETECTION_SEEDS = 3
"""With how many seeds all defects are played."""


def _seeds(seeds: int) -> int:
    """How many seeds the reference vendor passes without a failure or anything not verified."""
    clean = 0
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for seed, verdict in enumerate(pool.map(_verdict, range(1, seeds + 1)), start=1):
            clean += verdict is Verdict.PASS
            remark(f"seed {seed}: {verdict.value}")
    return clean


def _verdict(seed: int) -> Verdict:
    return rehearse(Plan(seed=seed)).judgement.verdict


def _transports() -> bool:
    """Whether the verdicts over HTTP between two processes are those of a run in one process."""
    with vendor_process() as address:
        over_http = rehearse(Plan(vendor=address)).judgement
    in_process = rehearse(Plan()).judgement
    remark(f"over HTTP: {over_http.verdict.value}, in process: {in_process.verdict.value}")
    return over_http.requirements == in_process.requirements
