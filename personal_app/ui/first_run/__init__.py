"""How a person gets in: by address or invitation, or into the demo that comes with the program."""
