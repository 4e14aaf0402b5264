"""The measurements of this project, each against a floor measured in the same run: ``make bench``."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a file, Python looks for modules beside it; the modules here are those of the folder ``bench``.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from bench.command import main

    raise SystemExit(main(sys.argv[1:]))
