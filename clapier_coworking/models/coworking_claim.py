from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

TAKEN = """
SELECT asked.n
  FROM unnest(%(spaces)s::int[], %(starts)s::timestamp[], %(stops)s::timestamp[],
              %(numbers)s::int[]) AS asked(space_id, start, stop, n)
 WHERE EXISTS (
    SELECT FROM coworking_claim c
     WHERE int4range(c.space_id, c.space_id, '[]')
           = int4range(asked.space_id, asked.space_id, '[]')
       AND tsrange(c.start, c.stop, '[)') && tsrange(asked.start, asked.stop, '[)')
       AND c.active
       AND c.id != ALL(%(ignored)s::int[]))
 GROUP BY asked.n
"""


class ClaimRefused(UserError):
    """Somebody else has claimed the time.

    ``numbers`` says which of the uses that were asked for together: indices, none where
    the other came in the same instant.
    """

    def __init__(self, message, numbers=()):
        super().__init__(message)
        self.numbers = tuple(numbers)


class CoworkingClaim(models.Model):
    """A time of a space that somebody or something has taken, buffers included.

    Bookings, trainings, closures, and what other addons do in a space, all claim here:
    the database itself refuses two claims of one space at one time. Only the smallest
    parts of a divisible space are claimed: the whole claims all of them.
    """

    _name = "coworking.claim"
    _description = "Claim of a Space"
    _order = "start, space_id, id"

    active = fields.Boolean(
        default=True, readonly=True, help="Released claims are kept."
    )
    space_id = fields.Many2one(
        "coworking.space", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="space_id.company_id", store=True, precompute=True, index=True
    )
    start = fields.Datetime(required=True, readonly=True, help="Buffer included.")
    stop = fields.Datetime(required=True, readonly=True, help="Buffer included.")
    use_start = fields.Datetime("Used From", required=True, readonly=True)
    use_stop = fields.Datetime("Used Until", required=True, readonly=True)
    state = fields.Selection(
        [("pending", "Pending"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="confirmed",
        help="A pending claim keeps the time too, until it is answered or paid.",
    )
    kind = fields.Selection(
        [
            ("booking", "Booking"),
            ("training", "Training"),
            ("closure", "Closure"),
            ("offer", "Offer to the Waiting List"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char(required=True, readonly=True)
    booking_id = fields.Many2one(
        "coworking.booking", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    waiting_id = fields.Many2one(
        "coworking.waiting", readonly=True, ondelete="set null", index="btree_not_null"
    )
    closure_id = fields.Many2one(
        "coworking.closure", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    # Equality of integers by ranges: GiST then needs no extension, nor a superuser.
    _never_twice = models.Constraint(
        "EXCLUDE USING gist (int4range(space_id, space_id, '[]') WITH =, "
        "tsrange(start, stop, '[)') WITH &&) WHERE (active)",
        "This space is already taken at that time: choose another time or space.",
    )
    _stop_after_start = models.Constraint(
        "CHECK (start < stop AND use_start < use_stop "
        "AND start <= use_start AND use_stop <= stop)",
        "A claim must end after it starts.",
    )
    _start_idx = models.Index("(space_id, start) WHERE active")

    @api.model
    def _claim(self, uses, ignored=None):
        """Claim times of spaces, all of them or none.

        The rows of the spaces are locked first, in the order of their ids, so that two
        transactions wait for each other instead of dying in a deadlock.

        :param uses: list of dicts: ``space`` (coworking.space record), ``start``, ``stop``
            (naive UTC datetimes of the use itself, the buffers of the space are added
            unless ``buffers`` is False), ``kind``, ``name``, ``state``, and the id of what
            claims (``booking_id``, ``closure_id``, …)
        :param ignored: coworking.claim records that will be released in this transaction
        :return: list of coworking.claim recordsets in sudo, one per use
        :raise ClaimRefused: somebody else has one of these times
        """
        claims_sudo = self.sudo()
        groups = [self._prepare_claims(use) for use in uses]
        leaf_ids = sorted({vals["space_id"] for group in groups for vals in group})
        if not leaf_ids:
            return []
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "SELECT id FROM coworking_space WHERE id = ANY(%s) ORDER BY id "
                "FOR NO KEY UPDATE",
                leaf_ids,
            )
        )
        numbers = self._taken(groups, ignored)
        if numbers:
            raise self._refusal([uses[number] for number in numbers], numbers)
        try:
            with self.env.cr.savepoint():
                created_sudo = claims_sudo.create(
                    [vals for group in groups for vals in group]
                )
        except ExclusionViolation as error:
            # Somebody was quicker by an instant: the transaction cannot see their row yet.
            raise self._refusal(uses, ()) from error
        result, position = [], 0
        for group in groups:
            result.append(created_sudo[position : position + len(group)])
            position += len(group)
        return result

    @api.model
    def _prepare_claims(self, use):
        """Return the values of the claims of one use: one per smallest part of the space."""
        use = dict(use)
        space_sudo = use.pop("space").sudo()
        start, stop = use.pop("start"), use.pop("stop")
        before = after = timedelta()
        if use.pop("buffers", True):
            before = timedelta(minutes=space_sudo.buffer_before)
            after = timedelta(minutes=space_sudo.buffer_after)
        return [
            {
                **use,
                "space_id": leaf.id,
                "start": start - before,
                "stop": stop + after,
                "use_start": start,
                "use_stop": stop,
            }
            for leaf in space_sudo.leaf_ids
        ]

    @api.model
    def _taken(self, groups, ignored=None):
        """Return the indices of the groups of claim values that meet a claim, or each other."""
        rows = [(vals, n) for n, group in enumerate(groups) for vals in group]
        found = self.env.execute_query(
            SQL(
                TAKEN,
                spaces=[vals["space_id"] for vals, _n in rows],
                starts=[vals["start"] for vals, _n in rows],
                stops=[vals["stop"] for vals, _n in rows],
                numbers=[n for _vals, n in rows],
                ignored=ignored.ids if ignored else [],
            )
        )
        taken = {n for (n,) in found}
        last = {}
        for vals, n in sorted(
            rows, key=lambda row: (row[0]["space_id"], row[0]["start"])
        ):
            before = last.get(vals["space_id"])
            if before and before > vals["start"]:
                taken.add(n)
            last[vals["space_id"]] = max(before or vals["stop"], vals["stop"])
        return sorted(taken)

    @api.model
    def _conflicts(self, uses, ignored=None):
        """Return the indices of the uses that cannot be claimed now; nothing is claimed."""
        self.flush_model()
        return self._taken([self._prepare_claims(use) for use in uses], ignored)

    @api.model
    def _refusal(self, uses, numbers):
        first = uses[0]
        if len(uses) == 1 or not numbers:
            message = self.env._(
                "“%(space)s” is already taken at %(time)s: choose another time or space.",
                space=first["space"].name,
                time=self._tell_time(first["space"], first["start"]),
            )
        else:
            message = self.env._(
                "%(count)s of these times are already taken, the first is %(space)s at "
                "%(time)s: change or skip them.",
                count=len(uses),
                space=first["space"].name,
                time=self._tell_time(first["space"], first["start"]),
            )
        return ClaimRefused(message, numbers)

    @api.model
    def _tell_time(self, space, moment):
        """Return a moment as the clock of the space shows it, in the reader's language."""
        tz = str(space.sudo().company_id._coworking_zone())
        return self.env["ir.qweb.field.datetime"].value_to_html(
            moment, {"format": "EEEE d MMMM y, HH:mm", "tz_name": tz}
        )

    def _confirm(self):
        """Confirm pending claims."""
        self.sudo().filtered(lambda claim: claim.state == "pending").write(
            {"state": "confirmed"}
        )

    def _release(self, offer=True):
        """Give the time back: others may claim it at once.

        :param offer: tell the waiting list, the caller does it itself otherwise
        """
        claims_sudo = self.sudo().filtered("active")
        freed = [
            (claim.space_id, claim.use_start, claim.use_stop) for claim in claims_sudo
        ]
        if claims_sudo:
            claims_sudo.write({"active": False})
        if offer:
            self.env["coworking.waiting"]._offer_freed(freed)
