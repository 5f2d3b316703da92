#include "e2e/faults.h"

#define HEAD(status, type) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\nConnection: close\r\n"
#define BODY(length, text) "Content-Length: " length "\r\n\r\n" text

#define GZIP "\x1f\x8b\x08xxxxxxx"

#define BACK_OFF "the list, after a growing pause"
#define AT_ONCE  "the list, at the usual time"

#define TIMES_8(x)    x x x x x x x x
#define TIMES_512(x)  TIMES_8(TIMES_8(TIMES_8(x)))
#define TIMES_4096(x) TIMES_8(TIMES_512(x))

const struct fault_row fault_rows[] = {
    {"the service has ended, and comes back", FAULT_IN_SERVICE, PROXY_PASS, NULL, "unreachable",
     "the list, after a growing pause; then the login"},
    {"the machine sleeps", FAULT_IN_MACHINE, PROXY_PASS, NULL, NULL, "the list, at once"},
    {"no answer to a connection (black hole)", FAULT_IN_PROXY, PROXY_BLACK_HOLE, NULL,
     "no answer from", BACK_OFF},
    {"the connection is closed without an answer", FAULT_IN_PROXY, PROXY_CLOSE, NULL,
     "closed the connection without an answer", BACK_OFF},
    {"silence instead of an answer", FAULT_IN_PROXY, PROXY_HANG_BEFORE, NULL, "no answer from",
     BACK_OFF},
    {"silence in the middle of an answer", FAULT_IN_PROXY, PROXY_HANG_AMID, NULL, "was not whole",
     BACK_OFF},
    {"the answer breaks off", FAULT_IN_PROXY, PROXY_CUT, NULL, "broke off after", BACK_OFF},
    {"a byte a second", FAULT_IN_PROXY, PROXY_SLOW, NULL, "no answer from", BACK_OFF},
    {"500 with JSON", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("500 Oops", "application/json") BODY("31", "{\"message\":\"Somebody tripped it\"}"),
     "the service failed (500)", BACK_OFF},
    {"502 with a proxy's page", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("502 Bad Gateway", "text/html") BODY("30", "<html><h1>Bad Gateway</h1></ht"),
     "gave no answer (502)", BACK_OFF},
    {"403", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("403 Forbidden", "application/json") BODY("23", "{\"message\":\"Forbidden\"}"),
     "which was given before", BACK_OFF},
    {"401: the token is refused, again and again", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("401 Unauthorized", "application/json") BODY("2", "{}"), "not logged in (401)",
     "the login once, then the list; after that slowly"},
    {"429 with Retry-After", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("429 Too Many Requests", "application/json") "Retry-After: 2\r\n" BODY("2", "{}"),
     "limited", "the list, after the time that the service named"},
    {"an empty answer", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("200 OK", "application/json") BODY("0", ""), "the answer is not JSON: it is empty",
     BACK_OFF},
    {"gzip that nobody asked for", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("200 OK", "application/json") "Content-Encoding: gzip\r\n" BODY("10", GZIP),
     "unexpected character at byte 0", BACK_OFF},
    {"the list as text/html", FAULT_IN_PROXY, PROXY_OTHER_TYPE, NULL, NULL, AT_ONCE},
    {"300 MB", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("200 OK", "application/json") BODY("300000000", "[{}"), "too large (more than 256 MiB)",
     BACK_OFF},
    {"an answer without end", FAULT_IN_PROXY, PROXY_ENDLESS, TIMES_4096("{},{},{},{},"),
     "the answer of", BACK_OFF},
    {"a redirect to another host", FAULT_IN_PROXY, PROXY_ANSWER, NULL,
     "the service points to another address (302)", BACK_OFF},
    {"JSON nested 4096 deep", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("200 OK", "application/json") BODY("4096", TIMES_4096("[")), "nesting too deep",
     BACK_OFF},
    {"a list of what are no tasks", FAULT_IN_PROXY, PROXY_ANSWER,
     HEAD("200 OK", "application/json") BODY("11", "[1,null,[]]"), NULL, AT_ONCE},
    {"each id named twice", FAULT_IN_PROXY, PROXY_TWICE, NULL, NULL, AT_ONCE},
    {"the service's clock is a year behind", FAULT_IN_PROXY, PROXY_DATE,
     "Fri, 21 Nov 2025 10:00:00 GMT", NULL, AT_ONCE},
};

const size_t fault_row_count = sizeof(fault_rows) / sizeof(fault_rows[0]);

const struct start_row start_rows[] = {
    {"a certificate that nobody vouches for", START_TLS_UNTRUSTED, "not trusted"},
    {"a trusted certificate of another host", START_TLS_OTHER_HOST, "not trusted"},
    {"https at a port of plain HTTP", START_TLS_NONE, "does that port speak https?"},
    {"the name server does not answer", START_DNS_HANGS, "no connection to"},
};

const size_t start_row_count = sizeof(start_rows) / sizeof(start_rows[0]);
