from uuid import uuid4

from passlib.context import CryptContext

from odoo import Command, fields

from .common import SupermarketCommon

CASHIER = ("base.group_user", "point_of_sale.group_pos_user")
TILL_MANAGER = ("base.group_user", "clapier_supermarket.group_supermarket_till_manager")
CODE = "480 237"


class TillCommon(SupermarketCommon):
    """One open till of the cooperative, a cashier, a till manager and apples to sell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Hashing is slow on purpose; these tests try many codes.
        quick = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)
        cls.classPatch(cls.registry["res.users"], "_crypt_context", lambda self: quick)
        cls.cashier = cls._create_user("till_cashier", *CASHIER)
        cls.manager = cls._create_user("till_manager", *TILL_MANAGER)
        cls.manager.supermarket_till_code = CODE
        cls.apples = cls.env["product.product"].create(
            {
                "name": "Apples",
                "is_storable": True,
                "available_in_pos": True,
                "list_price": 3.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.config = cls._create_till("Shop")
        cls.config.with_user(cls.cashier).open_ui()
        cls.session = cls.config.current_session_id
        cls.session.set_opening_control(0, "")
        cls.cash = cls.config.payment_method_ids.filtered("is_cash_count")[:1]
        cls.bank = (cls.config.payment_method_ids - cls.cash)[:1]

    @classmethod
    def _create_till(cls, name, **vals):
        """Return a till with one cash and one bank payment method."""
        journals = cls.env["account.journal"].create(
            [
                {
                    "name": f"{name} {kind}",
                    "type": kind,
                    "code": f"{name[:3]}{kind[:1]}".upper(),
                    "company_id": cls.company.id,
                }
                for kind in ("cash", "bank")
            ]
        )
        methods = cls.env["pos.payment.method"].create(
            [{"name": journal.name, "journal_id": journal.id} for journal in journals]
        )
        return cls.env["pos.config"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(methods.ids)],
                **vals,
            }
        )

    @classmethod
    def _refuse(cls, member):
        """Make the member office refuse ``member``."""
        member.supermarket_block_reason = "Owes a shift"
        cls.env.flush_all()

    def _order(self, partner=None, quantity=2, **vals):
        """Return a paid order as the till sends it."""
        amount = quantity * self.apples.list_price
        return {
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "session_id": self.session.id,
            "company_id": self.company.id,
            "user_id": self.cashier.id,
            "partner_id": partner.id if partner else False,
            "state": "paid",
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "amount_total": amount,
            "amount_paid": amount,
            "amount_tax": 0,
            "amount_return": 0,
            "to_invoice": False,
            "lines": [
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "product_id": self.apples.id,
                        "qty": quantity,
                        "price_unit": self.apples.list_price,
                        "price_subtotal": amount,
                        "price_subtotal_incl": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "payment_method_id": self.bank.id,
                        "amount": amount,
                    }
                )
            ],
            **vals,
        }

    def _sync(self, order, user=None):
        """Send an order as the till does and return it from the database."""
        user = user or self.cashier
        self.env["pos.order"].with_user(user).sync_from_ui([order])
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def _override(self, order, manager=None, code=CODE, reason="Baby milk", **vals):
        """Ask the till for an override as its dialog does."""
        manager = manager or self.manager
        return self.config.with_user(
            vals.get("user", self.cashier)
        ).supermarket_override(
            order["uuid"], order["partner_id"], reason, manager.id, code
        )
