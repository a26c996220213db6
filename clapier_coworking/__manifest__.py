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
        "security/ir.model.access.csv",
        "security/coworking_door_rules.xml",
        "security/coworking_rules.xml",
        "data/coworking_data.xml",
        "data/coworking_public_data.xml",
        "data/coworking_notice_cron_data.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "views/coworking_door_templates.xml",
        "views/coworking_notice_templates.xml",
        "views/coworking_notice_views.xml",
        "views/res_partner_views.xml",
        "views/coworking_menus.xml",
        "views/coworking_notice_menus.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/website_demo.xml",
    ],
    "assets": {
        # Served file by file: a page without Odoo's modules, kept by its service worker.
        "clapier_coworking.assets_door": [
            "clapier_coworking/static/src/door/**/*",
        ],
        "web.assets_tests": [
            "clapier_coworking/static/tests/tours/**/*",
        ],
    },
}
