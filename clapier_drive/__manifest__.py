{
    "name": "Clapier Drive",
    "summary": "Local produce ordered online and handed over at pick-up points",
    "version": "19.0.1.2.0",
    "category": "Sales/Drive",
    "author": "Clapier",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "clapier_supermarket",
        "delivery",
        "l10n_fr_account",
        "loyalty",
        "purchase_stock",
        "website_sale_stock",
    ],
    "data": [
        "security/drive_groups.xml",
        "views/res_partner_views.xml",
        "views/drive_menus.xml",
    ],
    "demo": ["demo/res_company_demo.xml"],
}
