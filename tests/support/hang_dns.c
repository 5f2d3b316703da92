/* hang_dns.c - preloaded into a program: no name is ever resolved, and none is ever unknown. */
#include <netdb.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    (void)name, (void)service, (void)hints, (void)out;
    for (;;)
        pause();
}
