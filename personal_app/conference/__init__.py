"""The conference itself: its values, rules and messages, and nothing that touches the world.

Everything the product means can be read here without meeting a framework. Nothing in this package may import asyncio,
threading, sqlite3, sockets, Qt or files, or ask the machine for the time: a clock is always passed in.
"""
