"""What a table does not say and its counts tell: who is left out, how far groups lie apart."""
