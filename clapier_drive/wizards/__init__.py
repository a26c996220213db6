from . import (
    drive_credit_correction,
    drive_fund_grant,
    drive_institution_invoice,
    drive_substitution,
    drive_unclaimed,
)
