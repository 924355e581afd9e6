"""What a person has sent, and what became of it."""
