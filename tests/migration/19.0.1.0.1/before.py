def fill(env):
    """Make what a database of 19.0.1.0.1 may hold.

    A member, a member whom the office has blocked, and a person who is not a member.
    """
    holder, blocked, _stranger = env["res.partner"].create(
        [{"name": "Holder"}, {"name": "Blocked"}, {"name": "Stranger"}]
    )
    env["supermarket.share.movement"]._record(
        [
            {
                "type_id": env.ref("clapier_supermarket.share_type_a").id,
                "kind": "subscription",
                "quantity": 12,
                "to_partner_id": person.id,
            }
            for person in (holder, blocked)
        ]
    )
    blocked.supermarket_block_reason = "Argument"
