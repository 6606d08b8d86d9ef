"""Studies and measurements kept beside the package; no part of it."""
