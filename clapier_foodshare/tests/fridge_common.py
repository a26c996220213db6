import secrets

from odoo import fields

from .common import FoodshareCommon


class FridgeCommon(FoodshareCommon):
    """A solidarity fridge with one volunteer, of the organisation of the tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.volunteer = cls.env["res.partner"].create(
            {"name": "Volunteer", "email": "volunteer@example.com"}
        )
        cls.fridge = cls._create_fridge(volunteer_ids=cls.volunteer.ids)
        cls.equipment = cls.fridge.equipment_id

    @classmethod
    def _create_fridge(cls, **vals):
        return cls.env["foodshare.fridge"].create(
            {
                "name": "Fridge",
                "company_id": cls.organisation.id,
                "is_published": True,
                **vals,
            }
        )

    @classmethod
    def _leave(cls, key=None, **values):
        return cls.env["foodshare.deposit"]._leave(
            cls.fridge,
            key or secrets.token_hex(8),
            **{
                "giver": "inhabitant",
                "category": "vegetable",
                "grams": 1000,
                **values,
            },
        )

    @classmethod
    def _measure(cls, celsius, minutes_ago=0, **vals):
        return cls.env["foodshare.temperature"].create(
            {
                "equipment_id": cls.equipment.id,
                "celsius": celsius,
                "moment": fields.Datetime.subtract(
                    fields.Datetime.now(), minutes=minutes_ago
                ),
                **vals,
            }
        )

    @classmethod
    def _alerts(cls, kind):
        return cls.env["foodshare.fridge.alert"].search(
            [("equipment_id", "=", cls.equipment.id), ("kind", "=", kind)]
        )
