from odoo.http import Controller, request, route


class CoworkingFeed(Controller):
    """The secret calendar address of a person's bookings."""

    @route(
        "/my/bookings/feed",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def coworking_feed(self, action="", **post):
        """Show the address; a POST makes, renews or revokes it."""
        feed = request.env["coworking.feed"]
        partner = request.env.user.partner_id
        if request.httprequest.method == "POST":
            if action == "make":
                feed._make(partner)
            elif action == "renew":
                feed._of_partner(partner)._renew()
            elif action == "revoke":
                feed._of_partner(partner).unlink()
            return request.redirect("/my/bookings/feed")
        feed_sudo = feed._of_partner(partner)
        return request.render(
            "clapier_coworking.portal_my_bookings_feed",
            {
                "page_name": "coworking_feed",
                "feed_url": feed_sudo
                and f"{request.httprequest.url_root}coworking/feed/{feed_sudo.token}.ics",
            },
        )

    @route(
        "/coworking/feed/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def coworking_calendar(self, token, **kw):
        """Give calendar programs the bookings of whoever made this address."""
        feed_sudo = request.env["coworking.feed"]._find(token)
        if not feed_sudo:
            raise request.not_found()
        return request.make_response(
            feed_sudo._calendar(),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="bookings.ics"'),
                ("Cache-Control", "private, no-store"),
                ("X-Robots-Tag", "noindex"),
                ("Referrer-Policy", "no-referrer"),
            ],
        )
