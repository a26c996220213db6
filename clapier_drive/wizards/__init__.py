from . import drive_credit_correction, drive_unclaimed
from . import drive_credit_correction, drive_fund_grant
