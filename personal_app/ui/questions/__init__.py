"""The questions of a talk: the cards that everyone sees, the box to ask, and what became of one's own."""
