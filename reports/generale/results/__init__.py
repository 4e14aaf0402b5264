"""The contract between running and reporting: events, evidence, findings, verdicts, identity. Pure."""
