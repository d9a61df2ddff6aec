/*
 * The C library of a static program loads what /etc/nsswitch.conf asks for beside files and DNS from the machine that it runs on.
 * A module of another release of the C library ends the program there (an assertion, or a signal). So only what is part of
 * the program is asked: `hosts: files mymachines resolve [!UNAVAIL=return] dns` becomes `hosts: files dns`.
 *
 * The linker puts these functions in front of the library's (--wrap, in build.rs).
 */
#include <netdb.h>
#include <nss.h>
#include <pwd.h>

int __real_getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **);
int __real_getpwuid_r(uid_t, struct passwd *, char *, size_t, struct passwd **);

int __wrap_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    __nss_configure_lookup("hosts", "files dns");
    return __real_getaddrinfo(node, service, hints, found);
}

/* The home directory of a user whose HOME is not set. */
int __wrap_getpwuid_r(uid_t user, struct passwd *entry, char *room, size_t size, struct passwd **found)
{
    __nss_configure_lookup("passwd", "files");
    return __real_getpwuid_r(user, entry, room, size, found);
}
