"""Questions as cards: what a card says, how it is laid out and painted, and the list it lies in."""
