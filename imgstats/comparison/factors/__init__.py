"""What is known of attempts, experience, ranks and scenarios, alone and with the score."""
