from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_holder_id = fields.Many2one(
        "res.partner",
        "Attached To",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The member whose right to shop this person shares.",
    )
    supermarket_attached_ids = fields.One2many(
        "res.partner", "supermarket_holder_id", "Attached People"
    )
    supermarket_legal_representative_id = fields.Many2one(
        "res.partner",
        "Legal Representative",
        compute="_compute_supermarket_legal_representative_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The adult who answers for this minor.",
    )
    supermarket_represented_ids = fields.One2many(
        "res.partner", "supermarket_legal_representative_id", "Represented People"
    )
    supermarket_household_ids = fields.Many2many(
        "res.partner",
        string="Household",
        compute="_compute_supermarket_household_ids",
        help="The member, the attached people and the minors they represent.",
    )
    # Places for attached adults: a counter on the holder's row under a CHECK, and whose
    # place each attached person takes.
    supermarket_attached_adult_count = fields.Integer(
        "Attached Adults", readonly=True, copy=False
    )
    supermarket_attached_adult_limit = fields.Integer(
        "Maximum Attached Adults", readonly=True, copy=False
    )
    supermarket_seat_holder_id = fields.Many2one(
        "res.partner",
        "Place Taken With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _supermarket_attached_within_limit = models.Constraint(
        "CHECK (supermarket_attached_adult_count"
        " BETWEEN 0 AND supermarket_attached_adult_limit)",
        "This member already shares the right to shop with as many adults as the policy "
        "allows: detach one of them first.",
    )

    @api.depends("supermarket_holder_id", "supermarket_birth_date")
    def _compute_supermarket_legal_representative_id(self):
        """A minor attached to somebody is represented by them unless said otherwise."""
        orphans = self.filtered(
            lambda partner: (
                partner.supermarket_holder_id
                and not partner.supermarket_legal_representative_id
            )
        )
        for partner in orphans._supermarket_minors():
            partner.supermarket_legal_representative_id = partner.supermarket_holder_id

    @api.depends(
        "supermarket_holder_id.supermarket_attached_ids",
        "supermarket_holder_id.supermarket_represented_ids",
        "supermarket_attached_ids",
        "supermarket_represented_ids",
    )
    def _compute_supermarket_household_ids(self):
        for partner in self:
            holder = partner.supermarket_holder_id
            household = (
                holder
                | holder.supermarket_attached_ids
                | holder.supermarket_represented_ids
                | partner.supermarket_attached_ids
                | partner.supermarket_represented_ids
            )
            partner.supermarket_household_ids = household - partner

    @api.constrains("supermarket_holder_id", "supermarket_is_member")
    def _check_supermarket_holder(self):
        """No chain, nobody attached to themself, a member is attached to nobody."""
        for partner in self:
            holder = partner.supermarket_holder_id
            if not holder:
                continue
            names = {"name": partner.display_name, "holder": holder.display_name}
            if holder == partner:
                message = self.env._(
                    "%(name)s cannot be attached to themself: choose another member.",
                    **names,
                )
            elif partner.supermarket_is_member:
                message = self.env._(
                    "%(name)s is a member and may shop without being attached to "
                    "%(holder)s: leave the attachment empty.",
                    **names,
                )
            elif holder.supermarket_holder_id:
                message = self.env._(
                    "%(holder)s is attached to %(top)s: attach %(name)s to %(top)s too.",
                    top=holder.supermarket_holder_id.display_name,
                    **names,
                )
            elif partner.supermarket_attached_ids:
                message = self.env._(
                    "%(name)s has attached people: detach them before attaching %(name)s "
                    "to %(holder)s.",
                    **names,
                )
            else:
                continue
            raise ValidationError(message)

    @api.constrains(
        "supermarket_birth_date",
        "supermarket_holder_id",
        "supermarket_is_member",
        "supermarket_legal_representative_id",
    )
    def _check_supermarket_legal_representative(self):
        """Minors who shop have an adult representative; whoever represents is adult."""
        people_sudo = self.sudo() | self.sudo().supermarket_represented_ids
        minors_sudo = people_sudo._supermarket_minors().filtered(
            lambda partner: (
                partner.supermarket_is_member or partner.supermarket_holder_id
            )
        )
        young_sudo = (
            minors_sudo.supermarket_legal_representative_id._supermarket_minors()
        )
        for minor_sudo in minors_sudo:
            representative_sudo = minor_sudo.supermarket_legal_representative_id
            if not representative_sudo:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a minor: choose an adult as legal representative.",
                        name=minor_sudo.display_name,
                    )
                )
            if representative_sudo in young_sudo:
                raise ValidationError(
                    self.env._(
                        "%(representative)s is a minor and cannot represent %(name)s: "
                        "choose an adult as legal representative.",
                        name=minor_sudo.display_name,
                        representative=representative_sudo.display_name,
                    )
                )

    def _supermarket_household_triggers(self):
        """Return the names of the fields that may change who takes a place."""
        return {
            "active",
            "supermarket_birth_date",
            "supermarket_holder_id",
            "supermarket_is_member",
        }

    def _supermarket_sync_household(self, coming_of_age=False):
        """Take and free the places of attached adults after people changed.

        The holder's row is written even for a minor, who takes no place: of two people
        who attach A to B and B to C at once, one then fails and tries again.

        :param coming_of_age: time alone made adults: they keep sharing the right to shop,
            beyond the limit if need be
        :raise ValidationError: when a member has no place left
        """
        people_sudo = self.sudo()
        minors_sudo = people_sudo._supermarket_minors()
        deltas = Counter(dict.fromkeys(people_sudo.supermarket_holder_id, 0))
        seated = defaultdict(people_sudo.browse)
        for person_sudo in people_sudo:
            takes_place = person_sudo.active and person_sudo not in minors_sudo
            new = (
                person_sudo.supermarket_holder_id
                if takes_place
                else people_sudo.browse()
            )
            old = person_sudo.supermarket_seat_holder_id
            if new != old:
                seated[new] |= person_sudo
                deltas[old] -= 1
                deltas[new] += 1
        del deltas[people_sudo.browse()]
        self._supermarket_move_seats(deltas, beyond_limit=coming_of_age)
        for holder_sudo, attached_sudo in seated.items():
            attached_sudo.supermarket_seat_holder_id = holder_sudo
        self._supermarket_share_company()

    def _supermarket_share_company(self):
        """An attached person is known to the holder's cooperative."""
        for holder_sudo, attached_sudo in (
            self.sudo().grouped("supermarket_holder_id").items()
        ):
            company = holder_sudo._supermarket_company()
            strangers_sudo = (attached_sudo | holder_sudo).filtered(
                lambda partner, company=company: (
                    partner.supermarket_company_id != company
                )
            )
            if holder_sudo and strangers_sudo:
                strangers_sudo.supermarket_company_id = company

    def _supermarket_move_seats(self, deltas, beyond_limit=False):
        """Add to the counters of attached adults: one statement, rows in id order.

        Never counts people: two transactions would each count before the other inserts.

        :param deltas: {holder: places taken, negative when freed}
        :raise ValidationError: when a holder has no place left
        """
        if not deltas:
            return
        holders = self.browse().union(*deltas)
        policies = holders._supermarket_policies()
        self.flush_model(
            ["supermarket_attached_adult_count", "supermarket_attached_adult_limit"]
        )
        wanted = SQL(", ").join(
            SQL("(%s, %s, %s)", holder.id, delta, policies[holder].attached_adult_max)
            for holder, delta in deltas.items()
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH wanted (id, delta, most) AS (VALUES %(wanted)s),
                     ordered AS (
                        SELECT p.id, w.delta, w.most,
                               COALESCE(p.supermarket_attached_adult_count, 0) + w.delta
                               AS total
                          FROM res_partner p
                          JOIN wanted w ON w.id = p.id
                      ORDER BY p.id
                           FOR NO KEY UPDATE OF p
                     )
                UPDATE res_partner p
                   SET supermarket_attached_adult_count = o.total,
                       supermarket_attached_adult_limit =
                       CASE WHEN o.delta > 0 THEN GREATEST(o.most, o.total)
                            ELSE p.supermarket_attached_adult_limit END
                  FROM ordered o
                 WHERE p.id = o.id
                   AND (o.delta <= 0 OR o.total <= o.most OR %(beyond_limit)s)
             RETURNING p.id
                """,
                wanted=wanted,
                beyond_limit=beyond_limit,
            )
        )
        holders.invalidate_recordset(
            ["supermarket_attached_adult_count", "supermarket_attached_adult_limit"]
        )
        for holder in holders - self.browse(row[0] for row in rows):
            raise ValidationError(
                self.env._(
                    "%(holder)s already shares the right to shop with %(count)s adults and "
                    "the policy allows %(limit)s: detach one of them first.",
                    holder=holder.display_name,
                    count=holder.supermarket_attached_adult_count,
                    limit=policies[holder].attached_adult_max,
                )
            )

    def _supermarket_recount_seats(self):
        """Set the counters of attached adults right after records were merged or deleted."""
        self = self.exists()
        if not self:
            return
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p
                   SET supermarket_attached_adult_count = seats.total,
                       supermarket_attached_adult_limit =
                       GREATEST(p.supermarket_attached_adult_limit, seats.total)
                  FROM (SELECT holder.id, COUNT(taken.id) AS total
                          FROM res_partner holder
                     LEFT JOIN res_partner taken
                            ON taken.supermarket_seat_holder_id = holder.id
                         WHERE holder.id IN %(ids)s
                      GROUP BY holder.id) seats
                 WHERE p.id = seats.id
             RETURNING p.id
                """,
                ids=self._ids,
            )
        )
        self.invalidate_recordset(
            ["supermarket_attached_adult_count", "supermarket_attached_adult_limit"]
        )
