"""How long a test waits for another process: only what hangs takes so long, on any machine."""

PATIENCE = 600.0  # seconds
