SELECT 'unclosed, 
 (a, b FROM t)) WHERE CASE WHEN x AND ((( ; end -- nothing