-- Each row is something that the upgrade has done wrong.
SELECT p.name || ' has the working time ' || coalesce(m.status, 'of nobody')
FROM res_partner p
LEFT JOIN supermarket_shift_member m ON m.partner_id = p.id
WHERE p.name = 'Holder' AND m.status IS DISTINCT FROM 'up_to_date'
OR p.name = 'Blocked' AND m.status IS DISTINCT FROM 'blocked'
OR p.name = 'Stranger' AND m.id IS NOT NULL
UNION ALL
SELECT name || ' is ' || coalesce(supermarket_verdict, 'unknown') || ' at the till'
FROM res_partner
WHERE name = 'Holder' AND supermarket_verdict IS DISTINCT FROM 'allowed'
OR name = 'Blocked' AND supermarket_verdict IS DISTINCT FROM 'refused'
UNION ALL
SELECT 'the register has ' || count(*) || ' movements of ' || coalesce(sum(quantity), 0)
FROM supermarket_share_movement
HAVING (count(*), sum(quantity)) IS DISTINCT FROM (2, 24)
UNION ALL
SELECT 'nothing guards the ledger of points'
WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = 'supermarket_shift_point'::REGCLASS AND NOT tgisinternal
);
