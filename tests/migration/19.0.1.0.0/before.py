def fill(env):
    """Make what a database of 19.0.1.0.0 may hold.

    A member with shares, a number whose cooperative the member office has cleared, and a
    person who is not a member.
    """
    holder, alone, _stranger = env["res.partner"].create(
        [{"name": "Holder"}, {"name": "Alone"}, {"name": "Stranger"}]
    )
    env["supermarket.share.movement"]._record(
        [
            {
                "type_id": env.ref("clapier_supermarket.share_type_a").id,
                "kind": "subscription",
                "quantity": 12,
                "to_partner_id": holder.id,
            }
        ]
    )
    alone._supermarket_assign_number()
    alone.supermarket_company_id = False
