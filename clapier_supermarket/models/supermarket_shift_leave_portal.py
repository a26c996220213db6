import base64
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.mimetypes import guess_mimetype

PORTAL_KINDS = ("leave_temporary", "leave_incapacity", "leave_parental")
DOCUMENT_MAX_BYTES = 8 * 1024 * 1024
DOCUMENT_TYPES = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
}
# An illness is told after it begins; the other leaves are asked for beforehand.
INCAPACITY_BACK_DAYS = 31


class SupermarketShiftLeave(models.Model):
    _inherit = "supermarket.shift.leave"

    @api.model
    def _portal_request(self, member, form, document=None):
        """Ask for a leave of ``member``; one form makes one request.

        :param form: dict of strings ``key, kind, date_start, date_stop, reason``
        :param document: bytes of what they uploaded, None for nothing
        :return: the leave, in sudo
        :raise UserError: one sentence saying what is wrong in the form
        """
        member._portal_lock(form["key"])
        key = f"portal-{member.id}-{form['key']}"
        known_sudo = self.sudo().search([("key", "=", key)])
        if known_sudo:
            return known_sudo
        vals = self._portal_prepare_vals(member, form)
        mimetype = self._portal_check_document(vals["kind"], document)
        self._portal_check_free(member, vals)
        leave_sudo = self.sudo().create({**vals, "key": key})
        if document:
            name = self.env._("Certificate %s", leave_sudo.id)
            attachment_sudo = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": f"{name}.{DOCUMENT_TYPES[mimetype]}",
                        "datas": base64.b64encode(document),
                        "mimetype": mimetype,
                        "res_model": self._name,
                        "res_id": leave_sudo.id,
                    }
                )
            )
            leave_sudo.document_ids = [Command.link(attachment_sudo.id)]
        return leave_sudo

    @api.model
    def _portal_prepare_vals(self, member, form):
        """Return the values of the leave that ``form`` describes.

        :raise UserError: no such kind, no such dates, dates gone by
        """
        if form["kind"] not in PORTAL_KINDS:
            raise UserError(self.env._("Choose a kind of leave of the list."))
        try:
            start, stop = (
                fields.Date.to_date(form[name]) for name in ("date_start", "date_stop")
            )
        except ValueError:
            start = stop = None
        if not start or not stop:
            raise UserError(
                self.env._("Write the first and the last day of the leave.")
            )
        if stop < start:
            raise UserError(
                self.env._("The last day comes before the first: correct the dates.")
            )
        earliest = member.company_id._supermarket_today()
        if form["kind"] == "leave_incapacity":
            earliest -= timedelta(days=INCAPACITY_BACK_DAYS)
        if start < earliest:
            raise UserError(
                self.env._(
                    "Such a leave begins on %s or later: ask the member office for an "
                    "earlier one.",
                    format_date(self.env, earliest),
                )
            )
        return {
            "member_id": member.id,
            "kind": form["kind"],
            "date_start": start,
            "date_stop": stop,
            "reason": form["reason"][:2000],
        }

    @api.model
    def _portal_check_document(self, kind, document):
        """Return the type of an uploaded document, from what is in it.

        :raise UserError: it is missing, too heavy, or of another type
        """
        if not document:
            if kind == "leave_incapacity":
                raise UserError(
                    self.env._("Add the medical certificate: a photo or a PDF file.")
                )
            return None
        if len(document) > DOCUMENT_MAX_BYTES:
            raise UserError(
                self.env._("This document is heavier than 8 MB: choose a smaller one.")
            )
        mimetype = guess_mimetype(document)
        if mimetype not in DOCUMENT_TYPES:
            raise UserError(
                self.env._("This document is no PDF file, JPEG or PNG picture.")
            )
        return mimetype

    @api.model
    def _portal_check_free(self, member, vals):
        """Raise UserError where a leave of that time is asked for, or granted."""
        other_sudo = self.sudo().search(
            [
                ("member_id", "=", member.id),
                ("state", "in", ("requested", "validated")),
                ("date_start", "<=", vals["date_stop"]),
                "|",
                ("date_stop", "=", False),
                ("date_stop", ">=", vals["date_start"]),
            ],
            limit=1,
        )
        if other_sudo:
            raise UserError(
                self.env._(
                    "A leave from %s on is already asked for, or granted, in that time: "
                    "choose other dates, or take the request back.",
                    format_date(self.env, other_sudo.date_start),
                )
            )

    def _portal_take_back(self):
        """Take one request back.

        :raise UserError: it is answered already
        """
        self.ensure_one()
        if self.state != "requested":
            raise UserError(
                self.env._(
                    "This request is answered already: ask the member office to change "
                    "the leave."
                )
            )
        self.sudo().state = "cancelled"
