from . import foodshare_deposit_gift
