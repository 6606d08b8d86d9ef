"""How often the interval of readiness holds the real score, where its model holds and where not."""
