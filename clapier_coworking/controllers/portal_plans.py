import secrets

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

ROWS_PER_PAGE = 30
KEY_MIN = 22
PAGE = {"type": "http", "auth": "user", "website": True}
STATE_COLOURS = {
    "running": "success",
    "paused": "warning",
    "ended": "secondary",
    "draft": "info",
}


class CoworkingPlansPortal(CustomerPortal):
    """Plan, hours and passes of the logged-in person.

    Everything is read as superuser from the person's own records, never from an id that
    the client sends; who shares an organisation's plan sees it, and changes nothing.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the plans of the person."""
        values = super()._prepare_home_portal_values(counters)
        if "coworking_plan_count" in counters:
            values["coworking_plan_count"] = len(self._plans_sudo())
        return values

    def _plans_sudo(self, company=None):
        return request.env["coworking.subscription"]._portal_of(
            request.env.user.partner_id, company
        )

    def _plan_company_sudo(self, company_id):
        """Return the organisation whose plans are shown, and those to choose from."""
        companies_sudo = request.env["coworking.subscription"]._portal_companies(
            request.env.user.partner_id
        )
        chosen_sudo = companies_sudo.filtered(lambda item: str(item.id) == company_id)
        return chosen_sudo or companies_sudo[:1], companies_sudo

    def _plan_refusal(self, call, *args):
        """Run ``call``; return why it is refused, all undone, or None."""
        try:
            with request.env.cr.savepoint():
                call(*args)
        except UserError as refusal:
            return refusal.args[0]
        return None

    # --- My plan

    @route("/my/coworking/plans", methods=["GET"], **PAGE)
    def coworking_plans(self, company="", done="", **kw):
        """Show the plan of the person, and their last months under each plan."""
        return self._render_plans(company, done=done)

    def _render_plans(self, company="", **values):
        partner = request.env.user.partner_id
        company_sudo, companies_sudo = self._plan_company_sudo(company)
        subscription_sudo = self._plans_sudo(company_sudo)[:1] if company_sudo else None
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "coworking_plans",
            "company": company_sudo,
            "companies": companies_sudo,
            "state_colours": STATE_COLOURS,
            "subscription": subscription_sudo,
            "own": False,
            **values,
        }
        if subscription_sudo:
            values |= subscription_sudo._portal_values()
            values["own"] = subscription_sudo._portal_is_own(partner)
        if company_sudo:
            values["ways"] = request.env["coworking.account"]._simulate(
                partner, company_sudo, published=True
            )
            values["asked"] = request.env["coworking.subscription"]._portal_draft(
                partner, company_sudo
            )
            values["may_ask"] = (
                not subscription_sudo or subscription_sudo.state == "ended"
            )
        return request.render("clapier_coworking.portal_my_plans", values)

    @route(
        "/my/coworking/plans/<any(change, pause, end, ask):what>",
        methods=["POST"],
        **PAGE,
    )
    def coworking_plan_do(self, what, company="", plan="", **post):
        """Change, pause, end or ask for a plan of one's own."""
        partner = request.env.user.partner_id
        company_sudo, _companies = self._plan_company_sudo(company)
        plan_id = (
            int(plan) if plan.isascii() and plan.isdigit() and len(plan) < 10 else 0
        )
        subscription_sudo = self._plans_sudo(company_sudo).filtered(
            lambda item: item._portal_is_own(partner)
        )[:1]
        if not company_sudo or (what != "ask" and not subscription_sudo):
            return request.redirect("/my/coworking/plans")
        text = {
            name: str(post.get(name, "")).replace("\0", "")
            for name in ("first", "last", "reason")
        }
        call, *args = {
            "change": (subscription_sudo._portal_change, plan_id),
            "pause": (subscription_sudo._portal_pause, *text.values()),
            "end": (subscription_sudo._portal_end,),
            "ask": (
                request.env["coworking.subscription"]._portal_ask,
                partner,
                company_sudo,
                plan_id,
            ),
        }[what]
        if error := self._plan_refusal(call, *args):
            return self._render_plans(company, error=error)
        return request.redirect(
            f"/my/coworking/plans?company={company_sudo.id}&done={what}"
        )

    # --- My hours and passes

    @route(
        ["/my/coworking/hours", "/my/coworking/hours/page/<int:page>"],
        methods=["GET"],
        **PAGE,
    )
    def coworking_hours(self, page=1, company="", **kw):
        """Show the hours and days left, when they are lost, and the ledger."""
        return self._render_hours(page, company)

    def _render_hours(self, page=1, company="", **values):
        partner = request.env.user.partner_id
        company_sudo, companies_sudo = self._plan_company_sudo(company)
        account_sudo = request.env["coworking.account"]._of(partner, company_sudo)
        rows_sudo = request.env["coworking.hours"].sudo()
        domain = [("account_id", "=", account_sudo.id)]
        pager = portal_pager(
            url="/my/coworking/hours",
            url_args={"company": company_sudo.id or ""},
            total=rows_sudo.search_count(domain),
            page=page,
            step=ROWS_PER_PAGE,
        )
        return request.render(
            "clapier_coworking.portal_my_hours",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "coworking_hours",
                "company": company_sudo,
                "companies": companies_sudo,
                "account": account_sudo,
                "rows": rows_sudo.search(
                    domain, limit=ROWS_PER_PAGE, offset=pager["offset"]
                ),
                "expiries": account_sudo._portal_expiries() if account_sudo else [],
                "passes": request.env["coworking.pass"]._portal_passes(company_sudo),
                "pager": pager,
                "key": secrets.token_urlsafe(24),
                **values,
            },
        )

    @route("/my/coworking/passes/<int:pass_id>/buy", methods=["POST"], **PAGE)
    def coworking_pass_buy(self, pass_id, company="", key="", **post):
        """Order a pass, once by key, and go on to its payment."""
        company_sudo, _companies = self._plan_company_sudo(company)
        pass_sudo = (
            request.env["coworking.pass"]
            ._portal_passes(company_sudo)
            .filtered(lambda item: item.id == pass_id)
        )
        if not pass_sudo or not KEY_MIN <= len(key) <= 64:
            return request.redirect("/my/coworking/hours")
        order_sudo = pass_sudo._portal_buy(request.env.user.partner_id, key)
        return request.redirect(order_sudo.get_portal_url())
