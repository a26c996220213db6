import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Ahead, so that whoever sets the router up once a week has them all.
WIFI_DAYS = 14
# Read aloud and typed on a phone: short words without any accent.
WORDS = (
    "abeille abricot agneau atelier avion balcon banane bateau bouton brique bureau cabane "
    "cactus canard carotte castor cerise chemin citron clapier colline cousin crayon "
    "dauphin domino escale facteur fanfare farine figue forge fusain gare genou girafe "
    "goudron guitare hamac hibou horloge jardin jongleur jumelle koala lampion lavande "
    "lucarne machine marmite menthe moulin navette nuage olive orange panier parasol "
    "pelote piment pinceau plume poire pommier quai rabot raisin ruche rucher sabot salade "
    "sapin savon sifflet souris tambour tilleul tomate tortue tramway tricot tulipe vallon "
    "velo verger violon wagon zebre"
).split()


class CoworkingWifiCode(models.Model):
    """The code of the Wi-Fi for one day, told to who is checked in."""

    _name = "coworking.wifi.code"
    _description = "Wi-Fi Code of a Day"
    _order = "day desc, company_id"
    _rec_name = "day"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    day = fields.Date(required=True)
    code = fields.Char(required=True, default=lambda self: self._random())

    _one_per_day = models.Constraint(
        "UNIQUE (company_id, day)", "This day already has a code: change that one."
    )
    _code_unique = models.UniqueIndex("(code)", "This code was used: choose another.")
    _code_long_enough = models.Constraint(
        "CHECK (length(code) >= 8)", "A Wi-Fi code has at least 8 characters."
    )

    @api.model
    def _random(self):
        """Return a code that is easy to read and hard to guess within its day."""
        return "-".join(
            [
                secrets.choice(WORDS),
                secrets.choice(WORDS),
                f"{secrets.randbelow(1000):03}",
            ]
        )

    @api.model
    def _make(self, companies, days):
        """Make the codes that are missing; twice at once makes them once."""
        rows = [(company.id, day) for company in companies for day in days]
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO coworking_wifi_code (company_id, day, code,
                    create_uid, create_date, write_uid, write_date)
                SELECT *, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                       now() AT TIME ZONE 'UTC'
                  FROM unnest(%(companies)s::int[], %(days)s::date[], %(codes)s::text[])
                    ON CONFLICT DO NOTHING RETURNING id
                """,
                companies=[company_id for company_id, _day in rows],
                days=[day for _company_id, day in rows],
                codes=[self._random() for _row in rows],
                uid=self.env.uid,
            )
        )

    @api.model
    def _of(self, company, day):
        """Return the code of a day; empty where there is none."""
        return (
            self.sudo()
            .search([("company_id", "=", company.id), ("day", "=", day)], limit=1)
            .code
            or ""
        )

    @api.model
    def _cron_make(self):
        """Make the codes of the days to come of who has desks."""
        companies = (
            self.env["coworking.space"]
            .sudo()
            .search([("kind", "=", "desk")])
            .company_id
        )
        today = fields.Date.today()
        self._make(
            companies, [today + timedelta(days=number) for number in range(WIFI_DAYS)]
        )
