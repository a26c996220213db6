{
    "name": "Clapier Coworking",
    "summary": "Coworking, rooms and trainings of the hub's organisations",
    "version": "19.0.1.2.0",
    "category": "Services/Coworking",
    "author": "Clapier",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "event",
        "l10n_fr_account",
        "membership",
        "portal",
        "resource",
        "sale_management",
        "survey",
        "website_event_sale",
    ],
    "data": [
        "security/coworking_groups.xml",
        "views/res_partner_views.xml",
        "views/coworking_menus.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/website_demo.xml",
    ],
}
