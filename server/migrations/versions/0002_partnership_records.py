"""Partnership records in full: profiles and calendars, agreements, delegates and visits, the audit log.

Tables that exist are altered in place, column by column: on SQLite a table made anew would first be
emptied, and with it everything that refers to it.
"""

import re
import unicodedata
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)
"""One of a few words; the models list them."""
NOBODY_CHANGES_IT = "the audit log is append-only"


def _id() -> sa.Column[UUID]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, nullable: bool = False,
    ondelete: str | None = "CASCADE",
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), link, nullable=nullable, index=index, primary_key=key)


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _add(table: str, *columns: sa.Column) -> None:
    for column in columns:
        op.add_column(table, column)


def _add_link(table: str, column: str, target: str) -> None:
    """A nullable link in a table that exists, with its name: Alembic cannot write that for SQLite."""
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column}_{target} REFERENCES {target} (id)"
    )


def upgrade() -> None:
    _schools()
    _people()
    _partnerships()
    _agreements()
    _finder()
    _audit()


def _schools() -> None:
    _add(
        "school",
        sa.Column("kind", WORD, nullable=False, server_default="school"),
        sa.Column("town", sa.String(80), nullable=False, server_default=""),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("funding", WORD, nullable=False, server_default="state"),
        sa.Column("youngest", sa.Integer(), nullable=False, server_default="5"),
        sa.Column("oldest", sa.Integer(), nullable=False, server_default="18"),
        sa.Column("internet", WORD, nullable=False, server_default="limited"),
        sa.Column("experience", WORD, nullable=False, server_default="none"),
        sa.Column("offers", sa.String(1000), nullable=False, server_default=""),
        sa.Column("looks_for", sa.String(1000), nullable=False, server_default=""),
        sa.Column("bell_times", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("opens_utc_min", sa.Integer()),
        sa.Column("closes_utc_min", sa.Integer()),
        sa.Column("search_text", sa.String(400), nullable=False, server_default=""),
        sa.Column("created_at", MOMENT, nullable=False, server_default="2026-11-21 00:00:00+00:00"),
    )
    op.create_index("ix_school_name", "school", ["name"])
    op.create_table(
        "school_tag",
        _to("school", "school_id", key=True),
        sa.Column("kind", WORD, primary_key=True),
        sa.Column("value", sa.String(40), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_index("ix_school_tag_kind_value", "school_tag", ["kind", "value"])
    _languages_become_tags()
    op.create_table(
        "school_date",
        _id(),
        _to("school", "school_id", index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("source", WORD, nullable=False),
    )
    _add_link("programme", "office_id", "school")
    op.create_index("ix_programme_office_id", "programme", ["office_id"])
    _add(
        "programme",
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("changed_at", MOMENT, nullable=False, server_default="2026-11-21 00:00:00+00:00"),
    )
    _add("school_class", sa.Column("external_id", sa.String(255)), sa.Column("archived_at", MOMENT))
    _add_link("school_class", "continues_id", "school_class")
    op.create_index("uq_school_class_external", "school_class", ["school_id", "external_id"], unique=True)


def _languages_become_tags() -> None:
    connection = op.get_bind()
    school = sa.table("school", sa.column("id", sa.Uuid()), sa.column("languages", sa.JSON()),
                      sa.column("name", sa.String()), sa.column("country", sa.String()),
                      sa.column("search_text", sa.String()))
    tag = sa.table("school_tag", sa.column("school_id", sa.Uuid()), sa.column("kind", sa.String()),
                   sa.column("value", sa.String()), sa.column("position", sa.Integer()))
    for school_id, name, country, languages in connection.execute(
        sa.select(school.c.id, school.c.name, school.c.country, school.c.languages)
    ).all():
        for position, value in enumerate(dict.fromkeys(languages)):
            connection.execute(
                tag.insert().values(school_id=school_id, kind="language", value=value, position=position)
            )
        connection.execute(
            # No school has a town yet.
            school.update().where(school.c.id == school_id)
            .values(search_text=_plain(f"{name} {country}")[:400])
        )
    op.drop_column("school", "languages")


def _plain(text: str) -> str:
    """Lower case, no accents, single spaces: as schools were searched for when this was written."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\s+", " ", "".join(each for each in letters if not unicodedata.combining(each))).strip()


def _people() -> None:
    _add(
        "user_account",
        sa.Column("given_name", sa.String(80), nullable=False, server_default=""),
        sa.Column("external_id", sa.String(255)),
    )
    op.create_index("uq_user_account_external", "user_account", ["school_id", "external_id"], unique=True)
    op.create_table(
        "welcome_link",
        _id(),
        _to("user_account", "user_id", index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )


def _partnerships() -> None:
    _add_link("membership", "mentor_id", "school")
    _add_link("space", "continues_id", "space")
    op.create_table(
        "delegation",
        _id(),
        _to("partnership", "partnership_id", index=True),
        _to("user_account", "user_id", index=True),
        sa.Column("duty", WORD, nullable=False),
        _to("user_account", "granted_by_id", ondelete=None),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
    )
    op.create_table(
        "join_request",
        _id(),
        _to("partnership", "partnership_id", index=True),
        _to("school", "school_id", index=True),
        sa.Column("message", sa.String(1000), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        _to("user_account", "asked_by_id", ondelete=None),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
    )
    _unique_where("uq_join_request_open", "join_request", ["partnership_id", "school_id"], "status = 'open'")
    op.create_table(
        "visit",
        _id(),
        _to("partnership", "partnership_id", index=True),
        _to("user_account", "user_id", index=True),
        _to("space", "space_id", nullable=True),
        sa.Column("role", WORD, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        _to("user_account", "invited_by_id", ondelete=None),
        sa.Column("revoked_at", MOMENT),
    )
    op.create_table(
        "link_teacher",
        _id(),
        _to("space", "space_id", index=True),
        _to("school", "school_id"),
        _to("user_account", "user_id", index=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
    )
    _unique_where("uq_link_teacher_now", "link_teacher", ["space_id", "school_id"], "until IS NULL")


def _agreements() -> None:
    op.create_table(
        "agreement_version",
        _id(),
        _to("partnership", "partnership_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        _to("user_account", "proposed_by_id", ondelete=None),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("in_force_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("partnership_id", "number"),
    )
    op.create_table(
        "assent",
        _id(),
        _to("agreement_version", "version_id"),
        _to("school", "school_id", ondelete=None),
        _to("user_account", "user_id", ondelete=None),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.UniqueConstraint("version_id", "school_id", "kind"),
    )


def _finder() -> None:
    op.create_table(
        "partner_request",
        _id(),
        _to("school", "from_school_id", index=True),
        _to("school", "to_school_id", index=True),
        _to("programme", "programme_id", ondelete=None),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("offers", sa.String(1000), nullable=False),
        sa.Column("looks_for", sa.String(1000), nullable=False),
        sa.Column("answer_offers", sa.String(1000), nullable=False),
        sa.Column("answer_looks_for", sa.String(1000), nullable=False),
        sa.Column("status", WORD, nullable=False),
        _to("user_account", "asked_by_id", ondelete=None),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        _to("partnership", "partnership_id", ondelete="SET NULL", nullable=True),
    )
    op.create_table(
        "request_message",
        _id(),
        _to("partner_request", "request_id", index=True),
        _to("user_account", "author_id", ondelete=None),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("actor_id", sa.Uuid(), index=True),
        sa.Column("actor_school_id", sa.Uuid()),
        sa.Column("act", sa.String(60), nullable=False, index=True),
        sa.Column("subject_id", sa.Uuid(), index=True),
        sa.Column("school_id", sa.Uuid(), index=True),
        sa.Column("partnership_id", sa.Uuid(), index=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    head = sa.table("audit_head", sa.column("id", sa.Integer()), sa.column("seq", sa.BigInteger()),
                    sa.column("hash", sa.String()))
    op.execute(head.insert().values(id=1, seq=0, hash="0" * 64))
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{act.lower()} BEFORE {act} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{NOBODY_CHANGES_IT}'); END"
            )
        # INSERT OR REPLACE deletes without the trigger of DELETE.
        op.execute(
            "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
            "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{NOBODY_CHANGES_IT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )
