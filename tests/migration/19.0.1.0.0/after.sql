-- Each row is something that the upgrade has done wrong.
SELECT name || ' belongs to ' || coalesce(supermarket_company_id::TEXT, 'no cooperative')
FROM res_partner
WHERE name IN ('Holder', 'Alone') AND supermarket_company_id IS DISTINCT FROM 1
OR name = 'Stranger' AND supermarket_company_id IS NOT NULL
UNION ALL
SELECT name || ' has lost the member number'
FROM res_partner
WHERE name IN ('Holder', 'Alone') AND supermarket_member_number IS NULL
UNION ALL
SELECT 'the register has ' || count(*) || ' movements of ' || coalesce(sum(quantity), 0)
FROM supermarket_share_movement
HAVING (count(*), sum(quantity)) IS DISTINCT FROM (1, 12)
UNION ALL
SELECT 'the holder has ' || coalesce(sum(h.quantity), 0) || ' shares'
FROM supermarket_shareholding h
JOIN res_partner p ON p.id = h.partner_id AND p.name = 'Holder'
HAVING sum(h.quantity) IS DISTINCT FROM 12
UNION ALL
SELECT 'nothing guards the register any more'
WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = 'supermarket_share_movement'::REGCLASS AND NOT tgisinternal
);
