-- head
SELECT a, -- the first
  /* alone */
  b /* behind */, c
  -- before from
FROM t # mysql
WHERE a /*+ hint */ = 1 -- why
  AND b = 2
-- end
