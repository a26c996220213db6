from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.http import Controller, content_disposition, request, route

PUBLIC = {"type": "http", "auth": "public", "website": True, "sitemap": False}
REPORTS = {
    "convocation": "clapier_coworking.training_convocation",
    "certificate": "clapier_coworking.training_certificate",
    "sheet": "clapier_coworking.training_sheet",
}


def refusal_of(call, *args):
    """Run ``call``; return why it is refused, all undone, or None."""
    try:
        with request.env.cr.savepoint():
            call(*args)
    except UserError as refusal:
        return refusal.args[0]
    return None


def pdf_response(kind, record, name):
    """Return a PDF report about one record, made as superuser: check before."""
    content, _kind = (
        request.env["ir.actions.report"]
        .sudo()
        ._render_qweb_pdf(REPORTS[kind], record.ids)
    )
    return request.make_response(
        content,
        [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(f"{name}.pdf")),
            ("Cache-Control", "private, no-store"),
        ],
    )


def booklet_response(event_sudo):
    """Return the welcome booklet of a training: check before."""
    return (
        request.env["ir.binary"]
        ._get_stream_from(
            event_sudo,
            "coworking_booklet",
            filename=event_sudo.coworking_booklet_name or "booklet.pdf",
        )
        .get_response(as_attachment=True)
    )


class TrainingController(Controller):
    """Pages of participants, without account: a personal link, or the QR of the room.

    Everything is read as superuser from the record that the secret of the address names.
    """

    def _registration(self, token):
        return request.env["event.registration"]._coworking_of_token(token)

    def _gone(self):
        return request.render("clapier_coworking.training_gone", {}, status=404)

    def _render(self, template, **values):
        response = request.render(f"clapier_coworking.{template}", values)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    # --- Personal page

    @route("/training/me/<string:token>", methods=["GET"], **PUBLIC)
    def training_me(self, token, done=None, **kw):
        """Show the training, documents, half-days and evaluations of one participant."""
        registration_sudo = self._registration(token)
        if not registration_sudo:
            return self._gone()
        event_sudo = registration_sudo.event_id
        sessions_sudo = event_sudo.coworking_session_ids.filtered(
            lambda session: session.state == "planned"
        )
        statuses = sessions_sudo._statuses()
        return self._render(
            "training_me",
            registration=registration_sudo,
            event=event_sudo,
            url=registration_sudo._coworking_page_url(),
            rows=[
                {
                    "session": session,
                    "row": statuses[session].get(registration_sudo),
                    "may_sign": session._is_sign_open()
                    and registration_sudo.state in ("open", "done"),
                }
                for session in sessions_sudo
            ],
            has_certificate=registration_sudo._coworking_has_certificate(),
            is_over=event_sudo.date_end <= Datetime.now(),
            done=done,
        )

    @route("/training/me/<string:token>/<string:name>.pdf", methods=["GET"], **PUBLIC)
    def training_document(self, token, name, **kw):
        """Give one document of one participant."""
        registration_sudo = self._registration(token)
        if not registration_sudo:
            return self._gone()
        if name == "convocation" and registration_sudo.state in ("open", "done"):
            return pdf_response(name, registration_sudo, name)
        if name == "certificate" and registration_sudo._coworking_has_certificate():
            return pdf_response(name, registration_sudo, name)
        if name == "booklet" and registration_sudo.event_id.coworking_booklet:
            return booklet_response(registration_sudo.event_id)
        return self._gone()

    @route(
        "/training/me/<string:token>/sign/<int:session_id>",
        methods=["GET", "POST"],
        **PUBLIC,
    )
    def training_me_sign(self, token, session_id, image=None, via=None, **kw):
        """Show the frame to sign one half-day in; a POST signs."""
        registration_sudo = self._registration(token)
        session_sudo = registration_sudo.event_id.coworking_session_ids.filtered(
            lambda session: session.id == session_id
        )
        if not session_sudo:
            return self._gone()
        attendances = request.env["coworking.attendance"]
        if request.httprequest.method == "POST":
            error = refusal_of(
                attendances._sign,
                session_sudo,
                registration_sudo,
                image or "",
                "qr" if via == "qr" else "link",
            )
            if not error:
                return request.redirect(
                    f"{registration_sudo._coworking_page_url()}?done=signed"
                )
        else:
            error = refusal_of(
                attendances._check_may_sign, session_sudo, registration_sudo
            )
        return self._render(
            "training_sign",
            session=session_sudo,
            name=registration_sudo.name,
            back=registration_sudo._coworking_page_url(),
            via=via,
            error=error,
            may_sign=not refusal_of(
                attendances._check_may_sign, session_sudo, registration_sudo
            ),
        )

    # --- The QR of the room

    @route("/training/sign/<string:token>", methods=["GET", "POST"], **PUBLIC)
    def training_room(self, token, code="", **kw):
        """Lead whoever scans the QR of a half-day to the frame where they sign.

        A logged-in participant is known; others type the code of their convocation.
        """
        session_sudo = self._session(token)
        if not session_sudo:
            return self._gone()
        learners_sudo = session_sudo.event_id._coworking_learners()
        error = None
        if request.httprequest.method == "POST":
            typed = str(code).strip().upper().replace(" ", "")
            found_sudo = learners_sudo.filtered(
                lambda learner: bool(typed) and learner.coworking_code == typed
            )
            if not found_sudo:
                error = request.env._(
                    "No participant of this training has this code: read it again on "
                    "your convocation, or sign on the trainer's tablet."
                )
        elif request.env.user._is_public():
            found_sudo = learners_sudo.browse()
        else:
            partner = request.env.user.partner_id
            found_sudo = learners_sudo.filtered(
                lambda learner: learner.coworking_attendee_id == partner
            )
        if found_sudo:
            return request.redirect(
                f"{found_sudo[0]._coworking_page_url()}/sign/{session_sudo.id}?via=qr"
            )
        return self._render("training_room", session=session_sudo, error=error)

    def _session(self, token):
        if len(token) < 32:
            return request.env["coworking.session"].sudo().browse()
        return (
            request.env["coworking.session"]
            .sudo()
            .search([("token", "=", token), ("state", "=", "planned")], limit=1)
        )
