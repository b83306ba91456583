"""Benchmarks: `python3 dev.py bench` lists them. They print figures and assert nothing."""

NAMES = ("fanout", "idle", "joins", "restart", "access", "slow")
