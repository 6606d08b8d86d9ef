"""What a table does not say and its numbers tell: hidden counts, who is left out, groups' gaps."""
