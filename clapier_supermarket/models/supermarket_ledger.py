from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# TG_ARGV holds the partner columns. A row may only change there, from one person to
# another, and each change is noted; whatever else is refused, whoever asks.
GUARD_FUNCTION = """
CREATE OR REPLACE FUNCTION supermarket_ledger_guard() RETURNS trigger
LANGUAGE plpgsql AS $guard$
DECLARE
    partner_columns text[] := COALESCE(TG_ARGV, '{}');
    before jsonb;
    after jsonb;
    col text;
    rewritten boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        IF before - partner_columns = after - partner_columns THEN
            FOREACH col IN ARRAY partner_columns LOOP
                CONTINUE WHEN before -> col = after -> col;
                IF before ->> col IS NULL OR after ->> col IS NULL THEN
                    rewritten := false;
                    EXIT;
                END IF;
                INSERT INTO supermarket_ledger_rewrite
                    (ledger, row_id, column_name, old_id, new_id, date, db_user)
                VALUES
                    (TG_TABLE_NAME, OLD.id, col, (before ->> col)::int,
                     (after ->> col)::int, now() AT TIME ZONE 'UTC', session_user);
                rewritten := true;
            END LOOP;
        END IF;
        IF rewritten THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% refused: % is append-only. '
        'Reverse a mistake by a new row that names the wrong one.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$
"""

# Checked at commit: Odoo's merge deletes the persons it merges away, so a rewrite whose
# former person still exists is not a merge.
MERGE_FUNCTION = """
CREATE OR REPLACE FUNCTION supermarket_ledger_check_merge() RETURNS trigger
LANGUAGE plpgsql AS $merge$
BEGIN
    IF EXISTS (SELECT FROM res_partner WHERE id = NEW.old_id) THEN
        RAISE EXCEPTION 'UPDATE refused: row % of % can pass to another person only when '
            'person % is merged away. Record a transfer instead.',
            NEW.row_id, NEW.ledger, NEW.old_id
            USING ERRCODE = 'restrict_violation', TABLE = NEW.ledger;
    END IF;
    RETURN NULL;
END
$merge$
"""


class SupermarketLedger(models.AbstractModel):
    """What makes a model a ledger: rows are added, never edited nor deleted.

    A concrete ledger lists this model in ``_inherit`` and names in
    ``_ledger_partner_columns`` the columns that Odoo's partner merge may rewrite. The ORM
    refuses the rest with a sentence, a trigger refuses it in SQL, even for the table's
    owner. Computed fields of a ledger are not stored, or ``precompute``: storing them
    later would be an UPDATE. For the same reason a migration gives old rows the value of
    a new column by ``ALTER TABLE … ADD COLUMN … DEFAULT``, before the ORM sees it.
    """

    _name = "supermarket.ledger"
    _description = "Append-Only Ledger"

    _ledger_partner_columns = ()

    def init(self):
        """Override of the ORM to set the trigger that guards the table."""
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(GUARD_FUNCTION)
        table = SQL.identifier(self._table)
        arguments = SQL(", ").join(
            SQL("%s", column) for column in self._ledger_partner_columns
        )
        self.env.cr.execute(
            SQL(
                """
                DROP TRIGGER IF EXISTS supermarket_ledger_guard_rows ON %(table)s;
                DROP TRIGGER IF EXISTS supermarket_ledger_guard_table ON %(table)s;
                CREATE TRIGGER supermarket_ledger_guard_rows
                    BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION supermarket_ledger_guard(%(arguments)s);
                CREATE TRIGGER supermarket_ledger_guard_table
                    BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION supermarket_ledger_guard();
                """,
                table=table,
                arguments=arguments,
            )
        )

    # Nothing is left for super() to do.
    # pylint: disable-next=method-required-super
    def write(self, vals):
        """Override of the ORM to refuse any change of a row."""
        raise UserError(
            self.env._(
                "The rows of “%s” are never changed: reverse a mistake by a new row that "
                "names the wrong one.",
                self.env["ir.model"]._get(self._name).name,
            )
        )

    @api.ondelete(at_uninstall=True)
    def _unlink_except_ledger(self):
        raise UserError(
            self.env._(
                "The rows of “%s” are never deleted: reverse a mistake by a new row that "
                "names the wrong one.",
                self.env["ir.model"]._get(self._name).name,
            )
        )


class SupermarketLedgerRewrite(models.Model):
    """The note of each person that a partner merge replaced in a ledger."""

    _name = "supermarket.ledger.rewrite"
    _description = "Person Replaced in a Ledger"
    _inherit = "supermarket.ledger"
    _order = "id desc"
    _log_access = False
    _rec_name = "ledger"

    ledger = fields.Char(required=True, readonly=True, help="Table of the ledger.")
    row_id = fields.Integer(required=True, readonly=True)
    column_name = fields.Char("Column", required=True, readonly=True)
    old_id = fields.Integer("Person Before", required=True, readonly=True)
    new_id = fields.Integer("Person After", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    db_user = fields.Char("Database User", required=True, readonly=True)

    _row_idx = models.Index("(ledger, row_id)")

    def init(self):
        """Override of the ledger to check at commit that a rewrite was a merge."""
        result = super().init()
        self.env.cr.execute(MERGE_FUNCTION)
        self.env.cr.execute(
            """
            DROP TRIGGER IF EXISTS supermarket_ledger_check_merge
                ON supermarket_ledger_rewrite;
            CREATE CONSTRAINT TRIGGER supermarket_ledger_check_merge
                AFTER INSERT ON supermarket_ledger_rewrite
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION supermarket_ledger_check_merge();
            """
        )
        return result
