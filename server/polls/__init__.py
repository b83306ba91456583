"""Polls and quick quizzes of a space (docs/polls.md)."""
