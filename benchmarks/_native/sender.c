/* The least that a server can do: it accepts COUNT connections and, at each line on stdin, does nothing but `send` the
   same BYTES bytes to all of them. It is what the kernel costs, and the peer that a server's own cost is held against.

   The bytes are one websocket text frame, so that the same crowd can read them. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    static int peers[20000];
    static char frame[70000];
    if (argc != 3)
        return 2;
    int count = atoi(argv[1]), bytes = atoi(argv[2]), one = 1;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&at, size) || listen(listening, 4096))
        return 1;
    getsockname(listening, (struct sockaddr *)&at, &size);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (int i = 0; i < count; i++) {
        peers[i] = accept4(listening, NULL, NULL, SOCK_NONBLOCK);
        if (peers[i] < 0)
            return 1;
        setsockopt(peers[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    memset(frame, ' ', bytes);
    frame[0] = (char)0x81;
    frame[1] = bytes - 2 < 126 ? bytes - 2 : 126;
    frame[2] = bytes - 2 < 126 ? ' ' : (bytes - 4) >> 8;
    frame[3] = bytes - 2 < 126 ? ' ' : (bytes - 4) & 255;
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        for (int i = 0; i < count; i++)
            if (send(peers[i], frame, bytes, MSG_NOSIGNAL) != bytes)
                return 1;
        printf("sent\n");
        fflush(stdout);
    }
    return 0;
}
