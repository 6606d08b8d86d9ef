"""What commands share: options, how an answer fits a screen, how work is told."""
