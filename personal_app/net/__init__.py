"""The client's network: one thread with one asyncio loop for the live connection, and a pool of two for files.

Only `bridge` knows Qt. Nothing here knows the cache: what must be kept is handed to callables that `bootstrap` gives.
"""
