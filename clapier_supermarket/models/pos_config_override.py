from odoo import fields, models
from odoo.exceptions import UserError


class PosConfig(models.Model):
    _inherit = "pos.config"

    def supermarket_override(self, order_uuid, partner_id, reason, manager_id, code):
        """Let one order of one person through, on the word of a till manager.

        A refusal is an answer and not an exception: a rollback would forget the wrong
        code that was just counted.

        :param order_uuid: the order at the till
        :param partner_id: its customer, False for nobody
        :param reason: why the manager lets it through, required
        :param manager_id: the manager who vouches
        :param code: the manager's till code, not asked from the user who is logged in
        :return: dict of ``ok``, and ``message`` (a sentence) when it is not
        """
        self._supermarket_check_till()
        reason = (reason or "").strip()
        if not reason:
            return self._refuse(self.env._("Write why this sale is let through."))
        manager = self._supermarket_till_managers().filtered_domain(
            [("id", "=", manager_id)]
        )
        if not manager:
            return self._refuse(
                self.env._("This person may not override at this till: choose another.")
            )
        if manager != self.env.user:
            refusal = self._supermarket_refuse_code(manager, code)
            if refusal:
                return self._refuse(refusal)
        partner = self.env["res.partner"].browse(partner_id or []).exists()
        self._supermarket_log_override(order_uuid, partner, reason, manager)
        return {"ok": True}

    def _refuse(self, message):
        return {"ok": False, "message": message}

    def _supermarket_refuse_code(self, manager, code):
        """Check a manager's code; every wrong one counts.

        :return: the sentence that refuses it, or False when it is right
        """
        if not manager.sudo().supermarket_till_code_hash:
            return self.env._(
                "%(name)s has no till code yet: it is set in their preferences.",
                name=manager.name,
            )
        Attempt_sudo = self.env["supermarket.till.attempt"].sudo()
        locked_until = Attempt_sudo._count(manager, self)
        if not locked_until and manager._supermarket_check_till_code(code):
            Attempt_sudo._forget(manager, self)
            return False
        if locked_until:
            time = fields.Datetime.context_timestamp(self, locked_until)
            return self.env._(
                "Too many wrong codes for %(name)s: try again after %(time)s or ask "
                "another till manager.",
                name=manager.name,
                time=time.strftime("%H:%M"),
            )
        return self.env._("This is not the till code of %(name)s.", name=manager.name)

    def _supermarket_log_override(self, order_uuid, partner, reason, manager):
        """Add the row of an override, once however often it is asked."""
        if not order_uuid or not isinstance(order_uuid, str):
            raise UserError(self.env._("An override needs the order it is for."))
        Override_sudo = self.env["supermarket.till.override"].sudo()
        known = Override_sudo._for_order(order_uuid, self, partner)
        if known:
            return known
        verdict, verdict_reason = self._supermarket_judge_customer(partner)
        return Override_sudo.create(
            {
                "kind": "manager",
                "partner_id": partner.id,
                "verdict": verdict or "allowed",
                "verdict_reason": verdict_reason,
                "reason": reason,
                "manager_id": manager.id,
                "cashier_id": self.env.uid,
                "session_id": self.current_session_id.id,
                "config_id": self.id,
                "company_id": self.company_id.id,
                "order_uuid": order_uuid,
            }
        )
