"""The conformance suite as pytest items: ``pytest --pyargs generale.conformance.suite``."""
