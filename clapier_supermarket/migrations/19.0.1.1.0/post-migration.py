from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Keep the working time of the members who joined before there were shifts."""
    members = env["res.partner"].search([("supermarket_is_member", "=", True)])
    enrolled = env["supermarket.shift.member"]._enrol(members)
    enrolled._refresh()
