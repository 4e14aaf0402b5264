"""Load: when messages are offered, what was measured, and which thresholds were breached."""
