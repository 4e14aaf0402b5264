"""``python -m generale.cli``."""

from generale.cli.main import main

main()
