"""Chat modes, what waits for an adult, reports, removals."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
