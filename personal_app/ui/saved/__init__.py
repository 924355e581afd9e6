"""The recordings that are here or on their way: what they take, how it goes, and what to do about it."""
