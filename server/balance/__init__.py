"""The balance between the schools of a lesson (docs/balance.md)."""
