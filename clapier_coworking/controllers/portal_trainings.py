from datetime import timedelta

from odoo.fields import Datetime
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .training import booklet_response, pdf_response, refusal_of

PAGE = {"type": "http", "auth": "user", "website": True}
# How long the sessions that are over stay on the trainer's list.
PAST = timedelta(days=60)


class TrainingsPortal(CustomerPortal):
    """Trainings of the logged-in person: those they follow, those they teach.

    Everything is read as superuser from the person's own registrations or sessions.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the trainings of the person."""
        values = super()._prepare_home_portal_values(counters)
        if "coworking_training_count" in counters:
            values["coworking_training_count"] = len(
                request.env["event.registration"]._coworking_of_partner(
                    request.env.user.partner_id
                )
            )
        if "coworking_teaching_count" in counters:
            values["coworking_teaching_count"] = len(self._taught())
        return values

    def _taught(self):
        """Return the sessions that the logged-in person teaches, in sudo."""
        return (
            request.env["coworking.session"]
            .sudo()
            .search(
                [
                    ("trainer_id", "=", request.env.user.partner_id.id),
                    ("state", "=", "planned"),
                    ("stop", ">", Datetime.now() - PAST),
                ]
            )
        )

    def _taught_one(self, session_id):
        return (
            request.env["coworking.session"]
            .sudo()
            .search(
                [
                    ("id", "=", session_id),
                    ("trainer_id", "=", request.env.user.partner_id.id),
                    ("state", "=", "planned"),
                ]
            )
        )

    @route("/my/trainings", methods=["GET"], **PAGE)
    def trainings_mine(self, **kw):
        """Show the trainings that the person follows."""
        registrations_sudo = request.env["event.registration"]._coworking_of_partner(
            request.env.user.partner_id
        )
        return request.render(
            "clapier_coworking.portal_my_trainings",
            {
                "page_name": "coworking_trainings",
                "registrations": registrations_sudo.sorted(
                    lambda registration: registration.event_id.date_begin, reverse=True
                ),
                "teaches": bool(self._taught()),
                "now": Datetime.now(),
            },
        )

    @route("/my/trainings/teaching", methods=["GET"], **PAGE)
    def trainings_teaching(self, **kw):
        """Show the sessions that the person teaches."""
        now = Datetime.now()
        sessions_sudo = self._taught()
        coming_sudo = sessions_sudo.filtered(lambda session: session.stop > now)
        return request.render(
            "clapier_coworking.portal_my_teaching",
            {
                "page_name": "coworking_teaching",
                "coming": coming_sudo,
                "past": (sessions_sudo - coming_sudo).sorted("start", reverse=True),
            },
        )

    @route("/my/trainings/teaching/<int:session_id>", methods=["GET"], **PAGE)
    def trainings_session(self, session_id, error=None, **kw):
        """Show one session to its trainer: QR, participants, who has signed."""
        session_sudo = self._taught_one(session_id)
        if not session_sudo:
            return request.redirect("/my")
        return self._render_session(session_sudo)

    def _render_session(self, session_sudo, error=None):
        learners_sudo = session_sudo.event_id._coworking_learners()
        statuses = session_sudo._statuses()[session_sudo]
        return request.render(
            "clapier_coworking.portal_teaching_session",
            {
                "page_name": "coworking_teaching_session",
                "session": session_sudo,
                "event": session_sudo.event_id,
                "url": f"/my/trainings/teaching/{session_sudo.id}",
                "sign_url": f"{request.httprequest.url_root}training/sign/{session_sudo.token}",
                "rows": [
                    {"learner": learner, "row": statuses.get(learner)}
                    for learner in learners_sudo
                ],
                "own_row": statuses.get(learners_sudo.browse()),
                "is_open": session_sudo._is_sign_open(),
                "error": error,
            },
        )

    @route("/my/trainings/teaching/<int:session_id>/record", methods=["POST"], **PAGE)
    def trainings_record(self, session_id, registration_id="", what="", **kw):
        """Record that a participant is absent, or lift it."""
        session_sudo = self._taught_one(session_id)
        learner_sudo = self._learner(session_sudo, registration_id)
        if not learner_sudo or what not in ("absent", "lifted"):
            return request.redirect("/my")
        error = refusal_of(
            request.env["coworking.attendance"]._record,
            session_sudo,
            learner_sudo,
            what,
            request.env.user.name,
        )
        if error:
            return self._render_session(session_sudo, error=error)
        return request.redirect(f"/my/trainings/teaching/{session_id}")

    @route(
        "/my/trainings/teaching/<int:session_id>/sign/<int:registration_id>",
        methods=["GET", "POST"],
        **PAGE,
    )
    def trainings_tablet(self, session_id, registration_id, image=None, **kw):
        """Have somebody sign on the trainer's tablet; 0 is the trainer."""
        session_sudo = self._taught_one(session_id)
        learner_sudo = self._learner(session_sudo, registration_id)
        if not session_sudo or bool(registration_id) != bool(learner_sudo):
            return request.redirect("/my")
        attendances = request.env["coworking.attendance"]
        if request.httprequest.method == "POST":
            method = "tablet" if learner_sudo else "trainer"
            error = refusal_of(
                attendances._sign, session_sudo, learner_sudo, image or "", method
            )
            if not error:
                return request.redirect(f"/my/trainings/teaching/{session_id}")
        refused = refusal_of(attendances._check_may_sign, session_sudo, learner_sudo)
        if request.httprequest.method == "GET":
            error = refused
        return request.render(
            "clapier_coworking.training_sign",
            {
                "session": session_sudo,
                "name": learner_sudo.name or session_sudo.trainer_id.name,
                "back": f"/my/trainings/teaching/{session_id}",
                "via": None,
                "error": error,
                "may_sign": not refused,
            },
        )

    @route("/my/trainings/teaching/<int:session_id>/<string:name>.pdf", **PAGE)
    def trainings_document(self, session_id, name, **kw):
        """Give a document of the training to its trainer."""
        session_sudo = self._taught_one(session_id)
        if session_sudo and name == "sheet":
            return pdf_response(name, session_sudo.event_id, name)
        if session_sudo.event_id.coworking_booklet and name == "booklet":
            return booklet_response(session_sudo.event_id)
        return request.redirect("/my")

    def _learner(self, session_sudo, registration_id):
        """Return a participant of a session, in sudo; none for another's id."""
        return session_sudo.event_id._coworking_learners().filtered(
            lambda learner: str(learner.id) == str(registration_id)
        )
