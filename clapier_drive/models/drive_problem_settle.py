from collections import defaultdict

from odoo import models
from odoo.fields import Command


class DriveProblem(models.Model):
    """What reported problems change in money, for families and producers."""

    _inherit = "drive.problem"

    def _cap_amounts(self):
        """Credit no line with more than its family has paid for what it was given."""
        settled = defaultdict(float)
        for problem in self.search(
            [
                ("line_id", "in", self.line_id.ids),
                ("state", "=", "settled"),
                ("id", "not in", self.ids),
            ]
        ):
            settled[problem.line_id] += problem.amount
        for problem in self:
            line = problem.line_id
            most = line.currency_id.round(
                line.price_total * problem.quantity_given / (line.product_uom_qty or 1)
                - settled[line]
            )
            problem.amount = min(problem.amount, max(most, 0.0))
            settled[line] += problem.amount

    def _credit_families(self):
        """Give each family one row of credit for all its problems, and one message."""
        families = self.filtered("amount").grouped("partner_id")
        credits_sudo = (
            self.env["drive.credit"]
            .sudo()
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": problems.company_id.id,
                        "date": problems.company_id._drive_today(),
                        "kind": "problem",
                        "amount": sum(problems.mapped("amount")),
                        "reference": ", ".join(problems.product_id.mapped("name"))[
                            :200
                        ],
                        "cycle_id": problems.cycle_id.id,
                        "handover_key": f"problem,{min(problems.ids)}",
                    }
                    for partner, problems in families.items()
                ]
            )
        )
        for problems, credit in zip(families.values(), credits_sudo, strict=True):
            problems.credit_id = credit
        self.env["drive.notice"].sudo().create(
            [
                {
                    "partner_id": credit.partner_id.id,
                    "company_id": credit.company_id.id,
                    "cycle_id": credit.cycle_id.id,
                    "credit_id": credit.id,
                    "kind": "problem",
                    "key": f"problem,{credit.id}",
                }
                for credit in credits_sudo
            ]
        )

    def _claim_from_producers(self):
        """Add what producers are to blame for to their claim, or make a supplementary one."""
        claims = self.cycle_id.claim_ids
        known_of = claims.grouped("partner_id")
        for producer, problems in (
            self.filtered("is_producer").grouped("producer_id").items()
        ):
            known = known_of.get(producer, claims.browse())
            claim = known.filtered(lambda claim: claim.state == "draft")[:1]
            if not claim:
                claim = claims.create(
                    {
                        "cycle_id": self.cycle_id.id,
                        "partner_id": producer.id,
                        "number": max(known.mapped("number"), default=-1) + 1,
                    }
                )
            claim.line_ids = [
                Command.create(rows._prepare_claim_line())
                for rows in problems.grouped("product_id").values()
            ]

    def _prepare_claim_line(self):
        """Return the values of the claim line for the problems of one product."""
        offer = self.line_id.drive_offer_id[:1]
        price = offer.purchase_price * (offer.weight_expected if offer.by_weight else 1)
        damaged = self.filtered(lambda problem: problem.kind == "damaged")
        quantity = sum(self.mapped("quantity"))
        notes = self.filtered("note").mapped("note")
        return {
            "product_id": self.product_id.id,
            "quantity_missing": sum((self - damaged).mapped("quantity")),
            "quantity_damaged": sum(damaged.mapped("quantity")),
            "amount": self.company_id.currency_id.round(quantity * price),
            "note": "; ".join(notes)[:200] or False,
            "problem_ids": [Command.set(self.ids)],
        }
