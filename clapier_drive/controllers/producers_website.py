from odoo.http import Controller, request, route

PAGE = {"type": "http", "auth": "public", "website": True, "methods": ["GET"]}


class DriveProducersWebsite(Controller):
    """Producers and pick-up points on the website of the drive's company, and only there."""

    def sitemap_producers(env, rule, qs):
        """List the pages of the producers and of the points for search engines."""
        company = env["website"].get_current_website().company_id
        producers_sudo = env["res.partner"]._drive_shown_producers(company)
        addresses = [producer._drive_url() for producer in producers_sudo]
        if producers_sudo:
            addresses.insert(0, "/producteurs")
        if env["drive.point"]._website_points(company):
            addresses.append("/points")
        for address in addresses:
            if not qs or qs.lower() in address:
                yield {"loc": address}

    def _drive_company(self):
        return request.website.company_id

    @route("/producteurs", sitemap=sitemap_producers, readonly=True, **PAGE)
    def drive_producers(self, **kw):
        """Show the producers and where they are."""
        company = self._drive_company()
        producers_sudo = request.env["res.partner"]._drive_shown_producers(company)
        if not producers_sudo:
            raise request.not_found()
        offers_sudo = producers_sudo._drive_offers_now(company)
        counts = {
            producer: len(offers)
            for producer, offers in offers_sudo.grouped("producer_id").items()
        }
        point_sudo = request.env["drive.point"].sudo()
        return request.render(
            "clapier_drive.website_producers",
            {
                "rows": [
                    {
                        "number": number,
                        "producer": producer,
                        "kilometres": producer._drive_kilometres(company),
                        "count": counts.get(producer, 0),
                    }
                    for number, producer in enumerate(producers_sudo, 1)
                ],
                "sheet": point_sudo._website_map(
                    company,
                    [
                        (
                            number,
                            producer.name,
                            producer._drive_url(),
                            producer._drive_place(),
                        )
                        for number, producer in enumerate(producers_sudo, 1)
                    ],
                ),
                "cycle": point_sudo._website_cycle(company),
                "company": company.sudo(),
                "has_points": bool(point_sudo._website_points(company)),
            },
        )

    def _drive_producer(self, producer_id):
        """Return one of the producers that this website shows, in sudo.

        :raise NotFound: it shows none of that number
        """
        producers_sudo = request.env["res.partner"]._drive_shown_producers(
            self._drive_company()
        )
        producer_sudo = producers_sudo.filtered(lambda item: item.id == producer_id)
        if not producer_sudo:
            raise request.not_found()
        return producer_sudo

    @route("/producteurs/<string:slug>", sitemap=False, readonly=True, **PAGE)
    def drive_producer(self, slug, **kw):
        """Show one producer: photo, text, distance, and what they offer now."""
        company = self._drive_company()
        producer_sudo = self._drive_producer(request.env["ir.http"]._unslug(slug)[1])
        return request.render(
            "clapier_drive.website_producer",
            {
                "producer": producer_sudo,
                "kilometres": producer_sudo._drive_kilometres(company),
                "offers": producer_sudo._drive_offers_now(company),
                "cycle": request.env["drive.point"]._website_cycle(company),
                "company": company.sudo(),
            },
        )

    @route("/producteurs/<int:producer_id>/photo", sitemap=False, readonly=True, **PAGE)
    def drive_producer_photo(self, producer_id, **kw):
        """Give the photo of a producer that this website shows."""
        producer_sudo = self._drive_producer(producer_id)
        if not producer_sudo.image_512:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(
            producer_sudo, "image_512"
        )
        return stream.get_response(max_age=3600)

    @route("/points", sitemap=False, readonly=True, **PAGE)
    def drive_points(self, **kw):
        """Show the pick-up points: a map, and the same as a list with the hours."""
        company = self._drive_company()
        points_sudo = request.env["drive.point"]._website_points(company)
        if not points_sudo:
            raise request.not_found()
        cycle_sudo = points_sudo._website_cycle(company)
        times = {spot.point_id: spot for spot in cycle_sudo.point_ids}
        kinds = dict(points_sudo._fields["kind"]._description_selection(request.env))
        return request.render(
            "clapier_drive.website_points",
            {
                "rows": [
                    {
                        "number": number,
                        "point": point,
                        "kind": kinds[point.kind],
                        "address": point._website_address(),
                        "spot": times.get(point),
                        "place": point._website_place(),
                    }
                    for number, point in enumerate(points_sudo, 1)
                ],
                "sheet": points_sudo._website_map(
                    company,
                    [
                        (number, point.name, f"#point-{number}", point._website_place())
                        for number, point in enumerate(points_sudo, 1)
                    ],
                ),
                "cycle": cycle_sudo,
                "company": company.sudo(),
                "has_producers": bool(
                    request.env["res.partner"]._drive_shown_producers(company)
                ),
            },
        )
