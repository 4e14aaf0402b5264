"""The running simulator: worlds, behaviours, the one log, stores, HTTP edge and control API."""
