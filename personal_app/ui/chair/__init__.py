"""The chair's console: what waits, what is spoken about and in which order, what is done."""
