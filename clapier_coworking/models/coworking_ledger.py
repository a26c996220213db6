from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# A ledger of this addon names no person, only accounts: nothing in a row ever changes.
GUARD = """
CREATE OR REPLACE FUNCTION coworking_ledger_guard() RETURNS trigger
LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION '% refused: % is append-only. Add a row that corrects the wrong one.',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$
"""


class CoworkingLedger(models.AbstractModel):
    """What makes a model a ledger: rows are added, never changed nor deleted.

    The ORM refuses with a sentence, a trigger refuses in SQL, even for the table's owner.
    Computed fields of a ledger are not stored, or ``precompute``.
    """

    _name = "coworking.ledger"
    _description = "Append-Only Ledger of Coworking"

    def init(self):
        """Override of the ORM to set the trigger that guards the table."""
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(GUARD)
        for name, events in (("rows", "UPDATE OR DELETE"), ("table", "TRUNCATE")):
            self.env.cr.execute(
                SQL(
                    "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
                    "EXECUTE FUNCTION coworking_ledger_guard()",
                    SQL.identifier(f"coworking_ledger_guard_{name}"),
                    SQL(events),
                    SQL.identifier(self._table),
                    SQL("ROW" if name == "rows" else "STATEMENT"),
                )
            )

    # Nothing is left for super() to do.
    # pylint: disable-next=method-required-super
    def write(self, vals):
        """Override of the ORM to refuse any change of a row."""
        raise UserError(self._refusal())

    @api.ondelete(at_uninstall=True)
    def _unlink_except_ledger(self):
        raise UserError(self._refusal())

    def _refusal(self):
        return self.env._(
            "The rows of “%s” never change: add a row that corrects the wrong one.",
            self.env["ir.model"]._get(self._name).name,
        )
