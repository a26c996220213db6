from odoo.fields import Datetime, Domain
from odoo.http import request, route

from .training import PUBLIC, TrainingController, refusal_of

FORM_FIELDS = ("name", "email", "phone")


class TrainingWaitController(TrainingController):
    """The waiting list of trainings: joining it, answering an offer."""

    @route("/trainings", type="http", auth="public", website=True, methods=["GET"])
    def trainings(self, **kw):
        """Show the trainings to come."""
        events = request.env["event.event"]
        return request.render(
            "clapier_coworking.trainings_page",
            {
                "events": events.search(
                    events._coworking_public_domain()
                    & Domain("date_end", ">", Datetime.now())
                    & Domain("kanban_state", "!=", "cancel")
                    & Domain(request.website.website_domain())
                )
            },
        )

    @route(
        "/training/wait/<model('event.event'):event>", methods=["GET", "POST"], **PUBLIC
    )
    def training_wait(self, event, ticket_id="", **post):
        """Show the form of the waiting list; a POST joins it."""
        event_sudo = event.sudo()
        if not event_sudo.coworking_is_training or not event.is_published:
            return self._gone()
        user = request.env.user
        partner_sudo = user.sudo().partner_id if not user._is_public() else None
        form = {
            name: str(post.get(name, "")).replace("\0", "").strip()
            for name in FORM_FIELDS
        }
        error = None
        if request.httprequest.method == "POST":
            if ticket_id and not event.event_ticket_ids.filtered(
                lambda ticket: str(ticket.id) == ticket_id
            ):
                return self._gone()
            error = refusal_of(
                request.env["coworking.training.wait"]._join,
                event,
                {
                    **form,
                    "ticket_id": int(ticket_id) if ticket_id.isdecimal() else False,
                    "partner_id": partner_sudo and partner_sudo.id,
                },
            )
            if not error:
                return request.redirect(f"/training/wait/{event.id}?done=1")
        elif partner_sudo:
            form = {name: partner_sudo[name] or "" for name in FORM_FIELDS}
        return self._render(
            "training_wait",
            event=event_sudo,
            tickets=event.event_ticket_ids,
            form=form,
            error=error,
            done=post.get("done") and not error,
        )

    @route("/training/offer/<string:token>", methods=["GET", "POST"], **PUBLIC)
    def training_offer(self, token, answer=None, **kw):
        """Show a seat that is offered; a POST takes it or leaves it."""
        wait_sudo = request.env["coworking.training.wait"]._of_token(token)
        if not wait_sudo:
            return self._gone()
        error = None
        if request.httprequest.method == "POST" and answer == "take":
            error = refusal_of(wait_sudo._accept)
        elif request.httprequest.method == "POST" and answer == "leave":
            wait_sudo._leave("declined")
        wait_sudo.invalidate_recordset()
        return self._render("training_offer", wait=wait_sudo, error=error)
