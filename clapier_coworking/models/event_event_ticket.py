from odoo import api, fields, models
from odoo.fields import Domain


class EventEventTicket(models.Model):
    """Prices by public: a ticket that names one is for its people only."""

    _inherit = "event.event.ticket"

    coworking_public_id = fields.Many2one(
        "coworking.public",
        "For",
        index="btree_not_null",
        help="Only people of this public see and buy it; empty: everybody.",
    )
    coworking_is_for_me = fields.Boolean(
        compute="_compute_coworking_is_for_me", search="_search_coworking_is_for_me"
    )

    @api.depends("coworking_public_id")
    @api.depends_context("uid")
    def _compute_coworking_is_for_me(self):
        public = self._coworking_my_public()
        everything = self.env.user._is_internal()
        for ticket in self:
            wanted = ticket.sudo().coworking_public_id
            ticket.coworking_is_for_me = everything or not wanted or wanted == public

    def _search_coworking_is_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        if self.env.user._is_internal():
            return Domain.TRUE
        return Domain("coworking_public_id", "=", False) | Domain(
            "coworking_public_id", "in", self._coworking_my_public().ids
        )

    @api.model
    def _coworking_my_public(self):
        """Return the public of whoever is asking; that of a visitor without account."""
        user = self.env.user
        partner = self.env["res.partner"] if user._is_public() else user.partner_id
        return partner._coworking_public()

    def _coworking_is_mine(self):
        """Tell whether whoever is asking may have these tickets."""
        public = self._coworking_my_public()
        return self.env.user._is_internal() or all(
            not ticket.coworking_public_id or ticket.coworking_public_id == public
            for ticket in self.sudo()
        )

    def _compute_price_incl(self):
        """Override of `event_product`: a training of an exempt body bears no VAT."""
        exempt = self.filtered(
            lambda ticket: ticket.event_id._coworking_is_vat_exempt()
        )
        for ticket in exempt:
            ticket.price_incl = ticket.price
        return super(EventEventTicket, self - exempt)._compute_price_incl()

    def _compute_price_reduce_taxinc(self):
        """Override of `event_product`: a training of an exempt body bears no VAT."""
        exempt = self.filtered(
            lambda ticket: ticket.event_id._coworking_is_vat_exempt()
        )
        for ticket in exempt:
            ticket.price_reduce_taxinc = ticket.price_reduce
        return super(EventEventTicket, self - exempt)._compute_price_reduce_taxinc()
