"""Two published margins of one population, combined under a dependence that is stated."""
