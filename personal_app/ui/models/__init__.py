"""List models between snapshots and views. They must never ask a service for anything."""
