from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

CERTIFICATE_REPORT = "clapier_supermarket.supermarket_share_certificate"
LATEST_MOVEMENTS = 5
PHOTO_MAX_BYTES = 8 * 1024 * 1024
# Never the colour alone: each verdict has its words and its icon beside it.
VERDICT_STYLES = {
    "allowed": {"colour": "success", "icon": "check-circle"},
    "warned": {"colour": "warning", "icon": "exclamation-triangle"},
    "refused": {"colour": "danger", "icon": "ban"},
    False: {"colour": "light", "icon": "user-o"},
}


class SupermarketPortal(CustomerPortal):
    """The membership of the logged-in person: card, household, shares, certificate, dues.

    Pages show a person their own record, read as superuser from ``request.env.user`` and from
    nothing that the client sends.
    """

    def _supermarket_person_sudo(self):
        """Return the logged-in person, seen from their cooperative rather than the website's."""
        person_sudo = request.env.user.partner_id.sudo()
        company = person_sudo._supermarket_cooperative()
        return person_sudo.with_company(company) if company else person_sudo

    def _supermarket_portal_values(self, page_name, **values):
        """Return what every page of the membership needs, ``values`` on top."""
        person_sudo = self._supermarket_person_sudo()
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            "person": person_sudo,
            "cooperative": person_sudo._supermarket_cooperative(),
            "verdict_styles": VERDICT_STYLES,
            **values,
        }

    @route(
        "/my/membership",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def supermarket_membership(self, **post):
        """Show the membership; a POST changes the person's own photo and language."""
        if request.httprequest.method == "GET":
            return self._supermarket_render_membership(saved="saved" in post)
        try:
            self._supermarket_update_profile(post)
        except UserError as refusal:
            return self._supermarket_render_membership(profile_error=refusal.args[0])
        response = request.redirect("/my/membership?saved=1#profile")
        response.set_cookie("frontend_lang", request.env.user.lang)
        return response

    def _supermarket_render_membership(self, **values):
        """Render the page of the membership, ``values`` saying what just happened."""
        person_sudo = self._supermarket_person_sudo()
        return request.render(
            "clapier_supermarket.portal_my_membership",
            self._supermarket_portal_values(
                "supermarket_membership",
                card=person_sudo._supermarket_card_images(),
                household=person_sudo._supermarket_portal_household(),
                holdings=person_sudo.supermarket_shareholding_ids.filtered("quantity"),
                movements=self._supermarket_latest_movements(person_sudo),
                dues=self._supermarket_dues(person_sudo),
                languages=request.env["res.lang"].get_installed(),
                today=fields.Date.context_today(person_sudo),
                now=fields.Datetime.now(),
                **values,
            ),
        )

    def _supermarket_latest_movements(self, person_sudo):
        """Return the last movements of the register that name this person, newest first."""
        return person_sudo.env["supermarket.share.movement"].search(
            [
                "|",
                ("from_partner_id", "=", person_sudo.id),
                ("to_partner_id", "=", person_sudo.id),
            ],
            order="number desc",
            limit=LATEST_MOVEMENTS,
        )

    def _supermarket_dues(self, person_sudo):
        """Return the dues of this person that their cooperative asked for, newest first."""
        company = person_sudo._supermarket_cooperative()
        return person_sudo.member_line_ids.filtered(
            lambda line: line.company_id in (company, company.browse())
        )[:3]

    def _supermarket_update_profile(self, post):
        """Write the photo and the language of the logged-in person, and nothing else.

        :raise UserError: the photo is no picture, or is too heavy; the language is not offered
        """
        env = request.env
        vals = {}
        photo = request.httprequest.files.get("photo")
        if photo and photo.filename:
            vals["image_1920"] = self._supermarket_read_photo(photo)
        if "lang" in post:
            if post["lang"] not in dict(env["res.lang"].get_installed()):
                raise UserError(
                    env._("This language is not offered: choose one of the list.")
                )
            vals["lang"] = post["lang"]
        person_sudo = self._supermarket_person_sudo()
        person_sudo.write(vals)
        if "image_1920" in vals:
            person_sudo.message_post(
                body=env._("Changed their own photo on the portal.")
            )

    def _supermarket_read_photo(self, photo):
        """Return an uploaded photo in base64, re-encoded so that no metadata stays in it.

        :param photo: werkzeug FileStorage
        :raise UserError: one sentence that says what is wrong with it
        """
        env = request.env
        content = photo.read(PHOTO_MAX_BYTES + 1)
        if len(content) > PHOTO_MAX_BYTES:
            raise UserError(
                env._("This photo is heavier than 8 MB: choose a smaller one.")
            )
        return env["res.partner"]._supermarket_clean_photo(content)

    @route("/my/membership/card", type="http", auth="user", website=True, readonly=True)
    def supermarket_card(self, **kw):
        """Show the card alone: large on a phone, of a wallet's size on paper."""
        person_sudo = self._supermarket_person_sudo()
        return request.render(
            "clapier_supermarket.portal_my_card",
            self._supermarket_portal_values(
                "supermarket_card",
                card=person_sudo._supermarket_card_images(),
                now=fields.Datetime.now(),
            ),
        )

    @route(
        "/my/membership/certificate",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def supermarket_certificate(self, date=None, report_type="html", **kw):
        """Show the certificate of the shares held on a date, as a page or as a PDF."""
        try:
            day = self._supermarket_certificate_date(date)
            page, kind = self._supermarket_certificate(day, report_type)
        except UserError as refusal:  # no such date, or no program that makes PDF files
            return self._supermarket_render_membership(
                certificate_error=refusal.args[0]
            )
        if kind != "pdf":
            return request.make_response(page)
        name = request.env._("certificate-%s.pdf", fields.Date.to_string(day))
        return request.make_response(
            page,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    def _supermarket_certificate(self, day, report_type):
        """Return the logged-in person's certificate on ``day`` and its kind, html or pdf."""
        person_sudo = self._supermarket_person_sudo()
        report_sudo = (
            person_sudo.env["ir.actions.report"]
            .sudo()
            .with_context(lang=request.env.lang)
        )
        render = (
            report_sudo._render_qweb_pdf
            if report_type == "pdf"
            else report_sudo._render_qweb_html
        )
        return render(
            CERTIFICATE_REPORT,
            person_sudo.ids,
            data={"certificate_date": fields.Date.to_string(day)},
        )

    def _supermarket_certificate_date(self, text):
        """Return the date that ``text`` says, today if it says nothing.

        :raise UserError: it says no date, or one to come
        """
        today = fields.Date.context_today(request.env.user)
        try:
            day = fields.Date.to_date(text) or today
        except ValueError:
            day = None
        if not day or day > today:
            raise UserError(
                request.env._("Choose the date of the certificate, today or earlier.")
            )
        return day
