from . import (
    base_partner_merge,
    base_partner_merge_shares,
    supermarket_import,
    supermarket_import_members,
    supermarket_import_products,
    supermarket_share_certificate,
    supermarket_share_reversal,
    supermarket_voter_list,
)
