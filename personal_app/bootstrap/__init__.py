"""The client's composition root: the only place that knows every room, makes the parts, and ends them in one order.

Everything else is handed what it needs. Nothing may import this package but `main.py` and the console script.
"""
