"""From practice tests to the real score: forms and their errors, a distribution, two choices."""
