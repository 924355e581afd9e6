"""The client's cache: what was seen of the conference and what the person wrote, kept across restarts, at hand offline.

`store` is the door: one thread named "store" with the only connection, jobs in, futures out. `snapshot` reads what the
first paint needs before that thread is there. Nothing here knows Qt or the network.
"""
