"""What one call of the points ledger writes, without a database."""

from .shift_rules import FIXED, RANKS, Event, order, replay, step

# A new row's place among the rows of its day and rank: after all that are there.
NEW = 1 << 40


class Posting:
    """What comes in with one call of the ledger's ``_post``, and what is to be written."""

    def __init__(self, members, vals_list, rules_by_company):
        self.members = members
        self.rules_by_company = rules_by_company
        self.incoming = {}
        for rank, vals in enumerate(vals_list):
            self.incoming.setdefault(vals["member_id"], []).append((rank, vals))
        self.new_rows = [None] * len(vals_list)
        self.rows = []
        self.standings = {}

    @property
    def ids(self):
        """The ids of the rows of the events that came in, once they are inserted."""
        return [row["id"] for row in self.new_rows]

    def late_member_ids(self):
        """Return the members for whom something comes in before what is there."""
        late = set()
        for member_id, items in self.incoming.items():
            last = self.members[member_id]["last"]
            first = min((vals["date"], RANKS[vals["kind"]]) for _rank, vals in items)
            if last and first < last:
                late.add(member_id)
        return late

    def step_members(self, member_ids):
        """Take what comes in after all that is there."""
        for member_id in member_ids:
            member = self.members[member_id]
            rules_on = self.rules_by_company[member["company_id"]][0]
            standing = member["standing"]
            events = sorted(self._incoming_events(member_id), key=order)
            for event in events:
                worth = step(standing, event, rules_on(event.day))
                self._add_new(member, event, worth)
            self.standings[member_id] = (
                standing,
                events[-1].day,
                RANKS[events[-1].kind],
            )

    def replay_members(self, member_ids, counting, revoked_ids, note):
        """Take everything from the beginning; reverse and write again what differs."""
        for member_id in member_ids:
            member = self.members[member_id]
            rules_on = self.rules_by_company[member["company_id"]][0]
            kept = {}
            for row in counting[member_id]:
                if row["id"] in revoked_ids:
                    self._reverse(row, note)
                else:
                    kept[row["event"]] = row
            events = [
                Event(row["date"], row["kind"], row["event"], row["points"])
                for row in kept.values()
            ] + self._incoming_events(member_id)
            replayed, standing = replay(events, rules_on)
            for event, worth in replayed:
                row = kept.get(event.id)
                if row is None:
                    self._add_new(member, event, worth)
                elif row["points"] != worth:
                    self._reverse(row, None)
                    self.rows.append({**row, "points": worth, "id": None})
            last = replayed[-1][0] if replayed else None
            self.standings[member_id] = (
                standing,
                last and last.day,
                last and RANKS[last.kind],
            )

    def _incoming_events(self, member_id):
        return [
            Event(vals["date"], vals["kind"], NEW + rank, vals.get("points", 0))
            for rank, vals in self.incoming.get(member_id, ())
        ]

    def _add_new(self, member, event, worth):
        rank = event.id - NEW
        vals = next(vals for at, vals in self.incoming[member["id"]] if at == rank)
        row = {
            **vals,
            "event": None,
            "partner_id": member["partner_id"],
            "company_id": member["company_id"],
            "points": worth,
            "policy_id": self._policy_id(member["company_id"], event),
        }
        self.new_rows[rank] = row
        self.rows.append(row)

    def _policy_id(self, company_id, event):
        """Return the policy that says what an event is worth, None where somebody does."""
        if event.kind in FIXED:
            return None
        dated = self.rules_by_company[company_id][1]
        ruling = [policy_id for start, policy_id in dated if start <= event.day]
        return ruling[-1] if ruling else (dated[0][1] if dated else None)

    def _reverse(self, row, note):
        self.rows.append(
            {
                **row,
                "points": -row["points"],
                "reversal_of_id": row["id"],
                "note": note or row["note"],
                "id": None,
            }
        )
