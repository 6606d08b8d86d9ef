"""From historical rates to a plan: what tables say beside what a guide advises, kept apart."""
