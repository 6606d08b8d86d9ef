"""Results of other programs, pinned, and the tests that read them."""
