from odoo import api, fields, models
from odoo.exceptions import UserError

MIN_CODE_LENGTH = 6


class ResUsers(models.Model):
    _inherit = "res.users"

    supermarket_till_code = fields.Char(
        "Till Code",
        compute="_compute_supermarket_till_code",
        inverse="_inverse_supermarket_till_code",
        help="Your personal code to let a sale through at the till. It is kept hashed: "
        "nobody can read it.",
    )
    supermarket_till_code_hash = fields.Char(copy=False, groups=fields.NO_ACCESS)
    supermarket_is_till_manager = fields.Boolean(
        compute="_compute_supermarket_is_till_manager"
    )

    def _compute_supermarket_till_code(self):
        self.supermarket_till_code = False

    def _inverse_supermarket_till_code(self):
        """Keep the code hashed, as Odoo keeps passwords."""
        context = self._crypt_context()
        for user in self.filtered("supermarket_till_code"):
            code = user.supermarket_till_code.strip()
            if len(code) < MIN_CODE_LENGTH:
                raise UserError(
                    self.env._(
                        "Choose a till code of at least %(length)s characters.",
                        length=MIN_CODE_LENGTH,
                    )
                )
            user.sudo().supermarket_till_code_hash = context.hash(code)
        self.invalidate_recordset(["supermarket_till_code"])

    @api.depends("all_group_ids")
    def _compute_supermarket_is_till_manager(self):
        group = self.env.ref("clapier_supermarket.group_supermarket_till_manager")
        for user in self:
            user.supermarket_is_till_manager = group in user.sudo().all_group_ids

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            "supermarket_till_code",
            "supermarket_is_till_manager",
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["supermarket_till_code"]

    def _supermarket_check_till_code(self, code):
        """Tell whether ``code`` is the till code of this user."""
        self.ensure_one()
        hashed = self.sudo().supermarket_till_code_hash
        return bool(hashed) and self._crypt_context().verify(
            (code or "").strip(), hashed
        )
