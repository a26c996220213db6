import secrets

from odoo.exceptions import UserError
from odoo.http import request, route

from .portal import SupermarketPortal

# All that a subscription may say; whatever else is posted is dropped.
SUBSCRIPTION_FIELDS = (
    "key",
    "type_id",
    "quantity",
    "payment_term_id",
    "birth_date",
    "representative",
)
STATE_COLOURS = {"to_pay": "warning", "waiting": "info", "done": "success"}


class SupermarketSharesPortal(SupermarketPortal):
    """Subscribe to shares and follow one's requests."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the requests that wait for a payment."""
        values = super()._prepare_home_portal_values(counters)
        if "supermarket_share_request_count" in counters:
            values["supermarket_share_request_count"] = len(
                self._supermarket_own_requests([("state", "=", "to_pay")])
            )
        return values

    def _supermarket_own_requests(self, domain=()):
        """Return the share requests of the logged-in person, in sudo, newest first."""
        own = ("partner_id", "=", request.env.user.partner_id.id)
        return request.env["supermarket.share.request"].sudo().search([own, *domain])

    @route(
        "/my/membership/shares",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def supermarket_shares(self, **post):
        """Show the person's share requests and subscribe to shares.

        The form carries a random key that is stored with the request: posted twice, it makes
        one request.
        """
        form = {
            name: str(post.get(name, "")).replace("\0", "")
            for name in SUBSCRIPTION_FIELDS
        }
        if request.httprequest.method == "GET":
            return self._supermarket_render_shares(form)
        person_sudo = self._supermarket_person_sudo()
        try:
            with request.env.cr.savepoint():
                request.env["supermarket.share.request"]._portal_subscribe(
                    person_sudo, form
                )
        except UserError as refusal:
            return self._supermarket_render_shares(form, error=refusal.args[0])
        return request.redirect("/my/membership/shares#requests")

    def _supermarket_render_shares(self, form, error=None):
        """Render the requests and the form, filled as it was sent, with what is wrong in it."""
        ShareRequest = request.env["supermarket.share.request"]
        person_sudo = self._supermarket_person_sudo()
        offers = ShareRequest._portal_offers(person_sudo)
        company = person_sudo._supermarket_cooperative() or (
            offers[0]["type"].company_id if offers else request.env.company
        )
        terms = [
            term for offer in offers for term in offer["type"].portal_payment_term_ids
        ]
        return request.render(
            "clapier_supermarket.portal_my_shares",
            self._supermarket_portal_values(
                "supermarket_shares",
                requests=self._supermarket_own_requests(),
                offers=offers,
                several_companies=len({offer["type"].company_id for offer in offers})
                > 1,
                payment_terms=dict.fromkeys(terms),
                asks_birth_date=ShareRequest._portal_asks_birth_date(person_sudo),
                majority_age=request.env["supermarket.policy"]
                ._policy_for(company)
                .majority_age,
                form={**form, "key": form["key"] or secrets.token_urlsafe(24)},
                state_colours=STATE_COLOURS,
                error=error,
            ),
        )

    @route(
        "/my/membership/shares/<int:request_id>/cancel",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def supermarket_share_request_cancel(self, request_id, **post):
        """Cancel one of the person's own requests; somebody else's sends home."""
        request_sudo = self._supermarket_own_requests([("id", "=", request_id)])
        if not request_sudo:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                request_sudo._portal_cancel()
        except UserError as refusal:
            form = dict.fromkeys(SUBSCRIPTION_FIELDS, "")
            return self._supermarket_render_shares(form, error=refusal.args[0])
        return request.redirect("/my/membership/shares#requests")
