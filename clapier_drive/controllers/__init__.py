from . import (
    basket,
    cart,
    host,
    institution,
    pages,
    baskets,
    prepare,
    producer,
    producers_website,
    recurring,
    shop,
    shop_checkout,
)
