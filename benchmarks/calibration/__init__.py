"""The simulation study that decides the estimators' defaults."""
