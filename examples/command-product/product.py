"""A small product behind the command door: requests are lines on stdin, answers are lines on stdout."""

import json
import sys
from typing import Any

from care_home import CareHomes

DESCRIPTION = {
    "product": "Admissions Example (command)",
    "version": "1",
    "contract": 1,
    "clock": "settable",
    "capabilities": ["reset", "admit"],
    "facility_types": ["wzc"],
}


def answer(homes: CareHomes, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body of an answer, as the driver contract describes it."""
    match operation:
        case "describe":
            return DESCRIPTION
        case "observe":
            return homes.observation()
        case "act" if body["do"] != "admit":
            return {"taken": False, "note": f"this product knows no {body['do']}"}
        case "act":
            homes.admit(body)
        case "reset":
            homes.reset(body)
        case "set_clock":
            homes.set_clock(body["instant"])
        case "sync":
            homes.sync()
    return {"taken": True}


def main() -> None:
    """Answer every request until there are no more."""
    homes = CareHomes()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        status, body = 200, {}
        try:
            body = answer(homes, request["operation"], request.get("body", {}))
        except KeyError as error:
            status, body = 400, {"problem": f"{error} is missing, or names nothing that is known"}
        # The flush matters: what goes to a pipe is held back otherwise, and the rehearsal waits in vain.
        print(json.dumps({"id": request["id"], "status": status, "body": body}), flush=True)


if __name__ == "__main__":
    main()
