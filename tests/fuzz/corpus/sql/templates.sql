SELECT {{ cols | join(', ') }}, $1, :name, @var, %(who)s, ?, ${table}.x FROM "Odd ""name""" AS o, `proj.set.table` {% if day %} WHERE day = '{{ day }}' {% endif %} {# note #} AND body = $$it's$$ AND b2 = $tag$ $$ $tag$ -- end; of 'line
/* block */ ORDER BY a::date -> 'k' ->> 'v', x'00ff'
