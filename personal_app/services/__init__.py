"""What the screens talk to: QObjects that hold the current frozen snapshot, tell of changes, and take intentions.

A service never reaches for the network or the disk itself: what it sends out goes through the callables that
`bootstrap` gives it, and what comes in is handed to its `take` methods on the UI thread.
"""
