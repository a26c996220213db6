from .common import SupermarketCommon


class ShareCommon(SupermarketCommon):
    """A cooperative with a register of its own, its share types, and tiny builders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A company of the test's own: its register begins empty, whatever was committed.
        cls.company = cls._create_company("Coopérative des parts")
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.policy = cls.env["supermarket.policy"].create(
            {"company_id": cls.company.id, "date_start": "2020-01-01"}
        )
        cls.type_a = cls._create_share_type(
            code="A", minimum=10, minimum_low_income=1, gives_membership=True
        )
        cls.type_b = cls._create_share_type(code="B")
        cls.register = cls.env["supermarket.share.register"]._for_company(cls.company)
        cls.Movement = cls.env["supermarket.share.movement"]

    @classmethod
    def _create_company(cls, name):
        return cls.env["res.company"].create(
            {"name": name, "country_id": cls.env.ref("base.fr").id}
        )

    @classmethod
    def _load_french_chart(cls):
        """Give the cooperative its accounts, for the tests that invoice."""
        cls.env["account.chart.template"].try_loading(
            "fr", company=cls.company, install_demo=False
        )

    @classmethod
    def _create_share_type(cls, **vals):
        return cls.env["supermarket.share.type"].create(
            {"name": "Parts", "company_id": cls.company.id, "price": 10, **vals}
        )

    @classmethod
    def _record(cls, kind, quantity, giver=None, taker=None, **vals):
        """Record one movement of type-A shares and return it."""
        return cls.Movement._record(
            [
                {
                    "type_id": cls.type_a.id,
                    "kind": kind,
                    "quantity": quantity,
                    "from_partner_id": giver and giver.id,
                    "to_partner_id": taker and taker.id,
                    **vals,
                }
            ]
        )

    @classmethod
    def _create_holder(cls, name="Camille Faure", quantity=10, **vals):
        """Return a member by a movement of the register."""
        holder = cls._create_person(name, **vals)
        cls._record("subscription", quantity, taker=holder)
        return holder

    @classmethod
    def _create_request(cls, partner, kind="subscription", **vals):
        return cls.env["supermarket.share.request"].create(
            {
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "kind": kind,
                "type_id": cls.type_a.id,
                "quantity": 10,
                **vals,
            }
        )

    @classmethod
    def _pay(cls, invoice, amount=None):
        """Register a payment of ``invoice``, in full unless an amount is given."""
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
        )
        if amount:
            wizard.amount = amount
        return wizard._create_payments()

    def _held(self, partner, share_type=None):
        return self.env["supermarket.shareholding"]._held(
            partner, share_type or self.type_a
        )

    def _assert_proven(self):
        """Stored figures are what the movements give."""
        self.register.invalidate_recordset()
        self.assertEqual(self.register._differences(), [])
