# ./run bench plot: DATA and PICTURE are the first two arguments.
set terminal svg size 900,520 dynamic enhanced font 'Helvetica,14' background '#ffffff'
set output ARG2
set datafile separator '\t'
set title 'CPU of a poll, by the length of the list and how much of it has changed'
set xlabel 'tasks on the list (2 KB of JSON each)'
set ylabel 'CPU milliseconds'
set logscale xy
set format x '%.0s%c'
set format y '%g'
set key top left reverse Left spacing 1.25 samplen 2
set grid xtics ytics lc rgb '#dddddd'
set border 3 lc rgb '#666666'
set tics nomirror
set xrange [80:130000]
set style line 1 lw 2.5 pt 7 ps 0.7
plot ARG1 using 1:6 with linespoints ls 1 lc rgb '#888888' dt 2 title 'json-c alone reads the same bytes', \
     ARG1 using 1:5 with linespoints ls 1 lc rgb '#c0392b' title 'all changed', \
     ARG1 using 1:4 with linespoints ls 1 lc rgb '#d68910' title 'a third changed', \
     ARG1 using 1:3 with linespoints ls 1 lc rgb '#2471a3' title '1 % changed', \
     ARG1 using 1:2 with linespoints ls 1 lc rgb '#1e8449' title 'nothing changed'
