from . import (
    drive_credit_correction,
    drive_fund_grant,
    drive_substitution,
    drive_unclaimed,
)
from . import drive_credit_correction, drive_institution_invoice
