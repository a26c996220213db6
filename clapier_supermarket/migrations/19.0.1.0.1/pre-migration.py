from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Name the cooperative of the members who have a number and no cooperative.

    The member office could clear it in 19.0.1.0.0; a CHECK forbids that now. The cooperative
    is the only one that has a policy, or else the database's first company.
    """
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE res_partner
        SET supermarket_company_id = COALESCE(
            (
                SELECT min(company_id)
                FROM supermarket_policy
                HAVING count(DISTINCT company_id) = 1
            ),
            (SELECT min(id) FROM res_company)
        )
        WHERE supermarket_member_number IS NOT NULL
        AND supermarket_company_id IS NULL
        """,
    )
