import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, get_lang

SEE_PACKER = """
    INSERT INTO drive_packer
        (cycle_id, company_id, key, name, last_seen,
         create_uid, create_date, write_uid, write_date)
    VALUES (%(cycle)s, %(company)s, %(key)s, %(name)s, %(now)s,
            %(uid)s, %(now)s, %(uid)s, %(now)s)
    ON CONFLICT (cycle_id, key) DO UPDATE
       SET last_seen = EXCLUDED.last_seen,
           name = COALESCE(EXCLUDED.name, drive_packer.name)
 RETURNING id
"""
PRODUCTS = """
    SELECT offer_id, SUM(quantity), SUM(packed_qty), COUNT(*) FILTER (WHERE NOT is_packed)
      FROM drive_crate_line
     WHERE cycle_id = %(cycle)s
     GROUP BY offer_id
"""
# Crates kept for another phone are left out, and those it is changing this very moment.
# In a subquery the limit would be applied again for each row that is joined.
CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT free.id FROM drive_crate_line free
          JOIN drive_crate crate ON crate.id = free.crate_id
         WHERE free.cycle_id = %(cycle)s AND free.offer_id = %(offer)s
           AND NOT free.is_packed
           AND (free.claimed_by_id IS NULL OR free.claimed_by_id = %(packer)s
                OR free.claimed_until < %(now)s)
         ORDER BY free.claimed_by_id = %(packer)s DESC NULLS LAST, crate.number, free.id
         LIMIT %(count)s
           FOR UPDATE OF free SKIP LOCKED
    )
    UPDATE drive_crate_line content
       SET claimed_by_id = %(packer)s, claimed_until = %(until)s
      FROM free
     WHERE free.id = content.id
 RETURNING content.id
"""
LEAVE = """
    UPDATE drive_crate_line SET claimed_by_id = NULL, claimed_until = NULL
     WHERE cycle_id = %(cycle)s AND claimed_by_id = %(packer)s AND offer_id <> %(offer)s
"""


class DriveCycle(models.Model):
    """The preparation on volunteers' phones: no account, the link is their right."""

    _inherit = "drive.cycle"

    prepare_token = fields.Char(
        readonly=True, copy=False, groups="clapier_drive.group_drive_user"
    )
    prepare_link = fields.Char(
        "Link for Volunteers",
        compute="_compute_prepare_link",
        compute_sudo=True,
        groups="clapier_drive.group_drive_user",
        help="Volunteers scan its code. Whoever has it may pack: keep it to the hall.",
    )
    prepare_qr = fields.Binary(
        "QR Code for Volunteers",
        compute="_compute_prepare_link",
        compute_sudo=True,
        groups="clapier_drive.group_drive_user",
    )
    prepared_at = fields.Datetime("Preparation Done", readonly=True, copy=False)

    _prepare_token_unique = models.UniqueIndex(
        "(prepare_token) WHERE prepare_token IS NOT NULL",
        "Renew the link: it is already used.",
    )

    @api.depends("prepare_token")
    def _compute_prepare_link(self):
        for cycle in self:
            if not cycle.prepare_token:
                cycle.prepare_link = cycle.prepare_qr = False
                continue
            cycle.prepare_link = (
                f"{cycle.get_base_url()}/drive/prepare/{cycle.prepare_token}"
            )
            cycle.prepare_qr = base64.b64encode(
                self.env["ir.actions.report"].barcode(
                    "QR", cycle.prepare_link, width=300, height=300
                )
            )

    def _plan_crates(self):
        """Override to give the cycle the link of its preparation."""
        if not self.sudo().prepare_token:
            self.sudo().prepare_token = secrets.token_urlsafe(32)
        return super()._plan_crates()

    def action_renew_prepare_token(self):
        """Give the preparation of these cycles a new link; the old one is dead."""
        self.check_access("write")
        for cycle in self:
            cycle.prepare_token = secrets.token_urlsafe(32)

    def action_open_prepare_page(self):
        """Open the page of the volunteers."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.prepare_link,
            "target": "new",
        }

    # --- What phones ask

    @api.model
    def _for_prepare_token(self, token):
        """Return the cycle of a link, as superuser and in its language; empty if none."""
        cycle_sudo = self.sudo().search([("prepare_token", "=", token)], limit=1)
        company = cycle_sudo.company_id
        lang = get_lang(self.env, company.partner_id.lang).code
        return cycle_sudo.with_company(company).with_context(
            lang=lang,
            tz=company._supermarket_tz() if company else None,
            display_default_code=False,
        )

    def _prepare_policy(self):
        return self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)

    def _see_packer(self, key, name=None):
        """Note that a phone is there; its row stays locked until the end.

        :param key: what the phone calls itself
        :return: id of its drive.packer
        """
        self.ensure_one()
        [(packer_id,)] = self.env.execute_query(
            SQL(
                SEE_PACKER,
                cycle=self.id,
                company=self.company_id.id,
                key=key,
                name=name,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        self.env["drive.packer"].invalidate_model(["name", "last_seen"])
        return packer_id

    def _packable_offers(self):
        """Return the offers that may be packed now.

        After the sharing out, all; before it, those that were counted and are complete.
        """
        self.ensure_one()
        if self.prepared_at or self.state not in ("closed", "received", "allocated"):
            return self.env["drive.offer"]
        if self.state == "closed":
            return self.reception_ids.filtered(
                lambda item: item.is_counted and item.difference >= 0
            ).offer_id
        return self.with_context(active_test=False).offer_ids

    def _prepare_state(self):
        """Return what phones show: the products with what is left of each."""
        self.ensure_one()
        rows = self.env.execute_query(SQL(PRODUCTS, cycle=self.id))
        offers = self.env["drive.offer"].browse([row[0] for row in rows])
        packable = self._packable_offers()
        products = [
            {
                "id": offer.id,
                "name": offer.product_id.display_name,
                "producer": offer.producer_id.name,
                "barcode": offer.product_id.barcode or "",
                "code": offer.product_id.default_code or "",
                "uom": offer.uom_id.name,
                "by_weight": offer.by_weight,
                "expected": round(offer.weight_expected * 1000),
                "cold": offer.product_id.drive_is_cold,
                "open": offer in packable,
                "total": round(total, 3),
                "packed": round(packed, 3),
                "left": left,
            }
            for offer, (_id, total, packed, left) in zip(offers, rows, strict=True)
        ]
        policy = self._prepare_policy()
        return {
            "products": sorted(
                products, key=lambda row: (row["producer"], row["name"])
            ),
            "receptions": self._receptions_to_count(),
            "bounds": [policy.weight_min_rate / 100, policy.weight_max_rate / 100],
            "done": bool(self.prepared_at),
        }

    def _claim(self, packer_id, offer_id):
        """Send a phone to the next crates that want a product, each to one phone.

        :return: list of contents, in the order of the crates
        """
        self.ensure_one()
        is_open = offer_id in self._packable_offers().ids
        policy = self._prepare_policy()
        now = fields.Datetime.now()
        where = {
            "cycle": self.id,
            "packer": packer_id,
            "offer": offer_id if is_open else 0,
        }
        self.env.flush_all()
        # Whoever goes to another product leaves the crates of the last one to the others.
        self.env.cr.execute(SQL(LEAVE, **where))
        if not is_open:
            return []
        rows = self.env.execute_query(
            SQL(
                CLAIM,
                now=now,
                until=now + timedelta(minutes=policy.claim_minutes),
                count=policy.claim_count,
                **where,
            )
        )
        contents = self.env["drive.crate.line"].browse([row[0] for row in rows])
        contents.invalidate_recordset()
        return contents._for_phone()

    def _crate_for_phone(self, code):
        """Return what goes into the crate of a code or a number; None if there is none."""
        self.ensure_one()
        code = str(code or "").strip()[:64]
        domain = [("cycle_id", "=", self.id)]
        if code.isdecimal() and len(code) < 8:
            domain.append(("number", "=", int(code)))
        else:
            domain.append(("token", "=", code))
        crate = self.env["drive.crate"].search(domain, limit=1)
        if not crate:
            return None
        return {
            "number": crate.number,
            "cold": crate.is_cold,
            "point": crate.cycle_point_id.point_id.name,
            "basket": crate.order_id.name,
            "contents": crate.line_ids._for_phone(),
        }
