/* A crowd of websocket clients in one thread: it connects, listens, votes and asks, and takes the times.

   It is told what to do by lines on stdin and answers each with one line on stdout. It must never wait for one client
   alone: everything is one epoll loop, so that what is measured is the server. The commands:

     await                                      wait until something listens at the port; answers how long it took
     open COUNT HOW TOKENS HELLOS               connect COUNT more clients, all at once; HOW says when one is ready:
                                                raw (connected), upgrade (101 came), text (one text frame came),
                                                view (the whole state or the changes came)
     ask CONN TALK CHARS                        ask a question of so many characters on a connection
     wait FIRST END FRAMES                      until each of the clients [FIRST, END) got so many text frames more
     run SECONDS VOTERS VOTES_PER_S ASKS_PER_S WATCHERS QUESTIONS TALK
                                                a time of voting and asking; VOTERS, WATCHERS are FIRST-END, the last
                                                connection asks; QUESTIONS is a file with an id on each line
     hang FIRST END                             close connections at once (RST)
     quit                                                                                                       */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 20000, AT_ONCE = 2000, PREFIX = 192, TEXT = 1, CLOSE = 8, PING = 9, ID = 22 };
/* So long it looks for the next frame before it sleeps: to wake this core from the other for each frame of a round would
   cost the sender a third of a delivery, and is not its doing. */
#define AWAKE_S 0.0003
enum state { CONNECTING, SHAKING, LISTENING, LOST };
enum ready { RAW, UPGRADE, ONE_TEXT, VIEW };

struct client {
    int fd;
    enum state state;
    int ready;
    int head_bytes, prefix_bytes, matched;
    uint64_t left;
    unsigned char head[10], opcode;
    char prefix[PREFIX];
    long frames, wanted;
    int64_t revision, tally;
    double began, done;
};

static struct client clients[MOST];
static int count, epoll, lost, not_ready, ready_when, port;
static long waiting_for;
static char token_lines[MOST][96], hello_lines[MOST][256];
static int tokens, hellos;
static size_t last_bytes;
static char buffer[1 << 18];
static uint64_t seed;

/* What a run watches: for each counter that is to come, how many watchers have not seen it yet. */
struct counter { int64_t base, size; int *left; double *seen; };
static struct counter by_tally, by_revision;
static int watch_first, watch_end;

struct wish { double sent, acked; int64_t counter; int voter; };
static struct wish *votes, *asks;
static long votes_sent, votes_acked, asks_sent, asks_acked, refused;
static char run_name[9];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t chance(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void fail(const char *what)
{
    fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void send_all(struct client *c, const void *bytes, size_t size)
{
    if (send(c->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
        fail("a client could not send");
}

static void send_frame(struct client *c, int opcode, const char *payload, size_t size)
{
    unsigned char frame[2048];
    size_t at = 0;
    uint32_t key = (uint32_t)chance();
    if (size > 1500)
        fail("a frame is too long");
    frame[at++] = 0x80 | opcode;
    if (size < 126) {
        frame[at++] = 0x80 | size;
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = size >> 8;
        frame[at++] = size & 255;
    }
    memcpy(frame + at, &key, 4);
    for (size_t i = 0; i < size; i++)
        frame[at + 4 + i] = payload[i] ^ frame[at + (i & 3)];
    send_all(c, frame, at + 4 + size);
}

static void drop(struct client *c)
{
    if (c->state != LOST) {
        close(c->fd);
        c->state = LOST;
        lost++;
    }
}

static void became_ready(struct client *c)
{
    if (!c->ready) {
        c->ready = 1;
        c->done = now();
        not_ready--;
    }
}

static int64_t number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoll(at + strlen(key), NULL, 10) : -1;
}

static void reach(struct counter *of, int64_t *held, int64_t value)
{
    for (int64_t each = *held + 1; each <= value; each++) {
        int64_t slot = each - of->base;
        if (slot >= 0 && slot < of->size && --of->left[slot] == 0)
            of->seen[slot] = now();
    }
    if (value > *held)
        *held = value;
}

static void view_moved(struct client *c)
{
    int64_t revision = number_after(c->prefix, "\"revision\":"), tally = number_after(c->prefix, "\"tally\":");
    int index = c - clients;
    if (index >= watch_first && index < watch_end) {
        reach(&by_revision, &c->revision, revision);
        reach(&by_tally, &c->tally, tally);
        return;
    }
    if (revision > c->revision)
        c->revision = revision;
    if (tally > c->tally)
        c->tally = tally;
}

static void answered(struct client *c)
{
    const char *id = strstr(c->prefix, "\"id\":\"");
    if (!id || strncmp(id + 7, run_name, 8))
        return;
    long number = atol(id + 15);
    struct wish *wish = id[6] == 'v' ? &votes[number] : &asks[number];
    wish->acked = now();
    *(id[6] == 'v' ? &votes_acked : &asks_acked) += 1;
    wish->counter = number_after(c->prefix, id[6] == 'v' ? "\"tally\":" : "\"revision\":");
}

static void text_came(struct client *c)
{
    c->frames++;
    if (c->wanted && c->frames == c->wanted)
        waiting_for--;
    if (ready_when == ONE_TEXT)
        became_ready(c);
    if (!strncmp(c->prefix, "{\"type\":\"changes\"", 17)) {
        view_moved(c);
        became_ready(c);
    } else if (!strncmp(c->prefix, "{\"type\":\"state\"", 15)) {
        if (strstr(c->prefix, "\"last\":true")) {
            view_moved(c);
            became_ready(c);
        }
    } else if (!strncmp(c->prefix, "{\"type\":\"done\"", 14)) {
        answered(c);
    } else if (!strncmp(c->prefix, "{\"type\":\"refused\"", 17)) {
        if (!refused++)
            fprintf(stderr, "crowd: %s\n", c->prefix);
    }
}

static void frame_ended(struct client *c)
{
    c->prefix[c->prefix_bytes] = 0;
    if (c->opcode == TEXT)
        text_came(c);
    else if (c->opcode == PING)
        send_frame(c, 10, c->prefix, c->prefix_bytes);
    else if (c->opcode == CLOSE)
        drop(c);
    c->head_bytes = 0;
}

static int head_size(const struct client *c)
{
    int size = c->head[1] & 127;
    return size == 127 ? 10 : size == 126 ? 4 : 2;
}

static void frames_came(struct client *c, const char *bytes, size_t size)
{
    while (size && c->state == LISTENING) {
        if (c->head_bytes < 2 || c->head_bytes < head_size(c)) {
            c->head[c->head_bytes++] = *bytes++;
            size--;
            if (c->head_bytes < 2 || c->head_bytes < head_size(c))
                continue;
            c->opcode = c->head[0] & 15;
            c->prefix_bytes = 0;
            c->left = c->head[1] & 127;
            if (c->left >= 126) {
                c->left = 0;
                for (int i = 2; i < head_size(c); i++)
                    c->left = c->left << 8 | c->head[i];
            }
            last_bytes = c->left + head_size(c);
        }
        size_t part = size < c->left ? size : c->left, kept = PREFIX - 1 - c->prefix_bytes;
        memcpy(c->prefix + c->prefix_bytes, bytes, part < kept ? part : kept);
        c->prefix_bytes += part < kept ? part : kept;
        bytes += part;
        size -= part;
        c->left -= part;
        if (!c->left)
            frame_ended(c);
    }
}

static void connected(struct client *c)
{
    static const char request[] =
        "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: personal.v1\r\n";
    char text[512];
    int fault = 0, index = c - clients;
    socklen_t size = sizeof fault;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
    if (fault) {
        errno = fault;
        fail("connect");
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
    if (ready_when == RAW) {
        c->state = LISTENING;
        became_ready(c);
        return;
    }
    int at = snprintf(text, sizeof text, "%s", request);
    if (tokens)
        at += snprintf(text + at, sizeof text - at, "Authorization: Bearer %s\r\n", token_lines[index % tokens]);
    at += snprintf(text + at, sizeof text - at, "\r\n");
    c->state = SHAKING;
    send_all(c, text, at);
}

static void shaken(struct client *c, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (c->prefix_bytes < PREFIX - 1)
            c->prefix[c->prefix_bytes++] = bytes[i];
        c->matched = bytes[i] == "\r\n\r\n"[c->matched] ? c->matched + 1 : bytes[i] == '\r';
        if (c->matched < 4)
            continue;
        c->prefix[c->prefix_bytes] = 0;
        if (strncmp(c->prefix, "HTTP/1.1 101", 12)) {
            fprintf(stderr, "crowd: %s\n", c->prefix);
            exit(1);
        }
        c->state = LISTENING;
        if (ready_when == UPGRADE)
            became_ready(c);
        if (hellos) {
            const char *hello = hello_lines[(c - clients) % hellos];
            send_frame(c, TEXT, hello, strlen(hello));
        }
        frames_came(c, bytes + i + 1, size - i - 1);
        return;
    }
}

static int turn(int timeout_ms)
{
    struct epoll_event events[512];
    int found = epoll_wait(epoll, events, 512, timeout_ms);
    for (int i = 0; i < found; i++) {
        struct client *c = events[i].data.ptr;
        if (c->state == LOST)
            continue;
        if (c->state == CONNECTING) {
            connected(c);
            continue;
        }
        ssize_t size = recv(c->fd, buffer, sizeof buffer, 0);
        if (size <= 0) {
            if (size == 0 || errno != EAGAIN)
                drop(c);
        } else if (c->state == SHAKING) {
            shaken(c, buffer, size);
        } else {
            frames_came(c, buffer, size);
        }
    }
    return found;
}

static struct sockaddr_in address(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return to;
}

static int lines_of(const char *path, char *lines, size_t width, int most)
{
    char line[512];
    int found = 0;
    FILE *file = strcmp(path, "-") ? fopen(path, "r") : NULL;
    if (!file)
        return 0;
    while (found < most && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (strlen(line) >= width)
            fail("a line is too long");
        strcpy(lines + width * found++, line);
    }
    fclose(file);
    return found;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *name, double *ms, long n)
{
    qsort(ms, n, sizeof *ms, by_value);
    printf(", \"%s\": {\"n\": %ld, \"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}", name, n, n ? ms[n / 2] : 0.0,
           n ? ms[(long)((n - 1) * 0.99 + 0.5)] : 0.0, n ? ms[n - 1] : 0.0);
}

static void await_port(void)
{
    double began = now();
    for (;;) {
        struct sockaddr_in to = address();
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        int refused_now = connect(fd, (struct sockaddr *)&to, sizeof to);
        close(fd);
        if (!refused_now)
            break;
        if (now() - began > 60)
            fail("nothing listens");
        usleep(500);
    }
    printf("{\"after_s\": %.4f}\n", now() - began);
}

static void open_clients(int more, const char *how, const char *token_path, const char *hello_path)
{
    int first = count;
    double began = now();
    ready_when = !strcmp(how, "raw") ? RAW : !strcmp(how, "upgrade") ? UPGRADE : !strcmp(how, "text") ? ONE_TEXT : VIEW;
    tokens = lines_of(token_path, token_lines[0], sizeof token_lines[0], MOST);
    hellos = lines_of(hello_path, hello_lines[0], sizeof hello_lines[0], MOST);
    if (count + more > MOST)
        fail("too many clients");
    not_ready += more;
    for (int i = 0; i < more; i++) {
        struct client *c = &clients[count++];
        struct sockaddr_in to = address();
        struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
        int one = 1;
        memset(c, 0, sizeof *c);
        c->began = now();
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (c->fd < 0)
            fail("socket");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)
            fail("connect");
        epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
        /* The listener's queue holds some thousands; who finds it full would wait a second for the next try. */
        while (i + 1 - (more - not_ready) >= AT_ONCE && !lost)
            turn(10);
    }
    while (not_ready && !lost && now() - began < 120)
        turn(100);
    double last = 0, *each = malloc(sizeof *each * more);
    for (int i = 0; i < more; i++) {
        struct client *c = &clients[first + i];
        each[i] = (c->done - began) * 1000;
        if (c->done > last)
            last = c->done;
    }
    printf("{\"ready\": %d, \"lost\": %d, \"all_s\": %.4f", more - not_ready, lost, last - began);
    print_times("ready_ms", each, more);
    printf(", \"bytes\": %zu}\n", last_bytes);
    free(each);
}

static void wait_frames(int first, int end, long frames)
{
    double began = now();
    waiting_for = 0;
    for (int i = first; i < end; i++) {
        clients[i].wanted = clients[i].frames + frames;
        waiting_for++;
    }
    printf("{\"waiting\": %ld}\n", waiting_for);
    fflush(stdout);
    /* Never asleep: to wake this core from the other costs the sender more than a delivery, and is not its doing. */
    while (waiting_for && !lost && now() - began < 60)
        turn(0);
    for (int i = first; i < end; i++)
        clients[i].wanted = 0;
    printf("{\"missing\": %ld, \"lost\": %d, \"bytes\": %zu}\n", waiting_for, lost, last_bytes);
}

static void ask(struct client *c, const char *talk, int chars, long number)
{
    static const char words[] = "What becomes of the embedding tables when the traffic of a whole day doubles at once? ";
    char text[1400], line[1500];
    for (int i = 0; i < chars; i++)
        text[i] = words[i % (sizeof words - 1)];
    if (chars && text[chars - 1] == ' ')
        text[chars - 1] = '?';
    text[chars] = 0;
    int size = snprintf(line, sizeof line,
                        "{\"type\":\"command\",\"id\":\"a%s%013ld\",\"do\":{\"type\":\"ask\",\"question\":\"q%s%013ld\","
                        "\"talk\":\"%s\",\"text\":\"%s\",\"anonymous\":false,\"position_ms\":null}}",
                        run_name, number, run_name, number, talk, text);
    asks[number].sent = now();
    send_frame(c, TEXT, line, size);
}

static void vote(struct client *c, const char *question, int held, long number)
{
    char line[256];
    int size = snprintf(line, sizeof line,
                        "{\"type\":\"command\",\"id\":\"v%s%013ld\",\"do\":{\"type\":\"%s\",\"question\":\"%s\"}}",
                        run_name, number, held ? "unvote" : "vote", question);
    votes[number].sent = now();
    send_frame(c, TEXT, line, size);
}

static void start_counter(struct counter *of, int64_t base, int64_t size)
{
    of->base = base + 1;
    of->size = size;
    of->left = malloc(size * sizeof *of->left);
    of->seen = calloc(size, sizeof *of->seen);
    for (int64_t i = 0; i < size; i++)
        of->left[i] = watch_end - watch_first;
}

static void name_run(void)
{
    snprintf(run_name, sizeof run_name, "%08x", (unsigned)chance());
}

static long seen_times(struct counter *of, struct wish *wishes, long sent, double *ms)
{
    long n = 0;
    for (long i = 0; i < sent; i++) {
        int64_t slot = wishes[i].counter - of->base;
        if (wishes[i].acked && slot >= 0 && slot < of->size && of->seen[slot])
            ms[n++] = (of->seen[slot] - wishes[i].sent) * 1000;
    }
    return n;
}

static void run(double seconds, int vote_first, int vote_end, double votes_per_s, double asks_per_s,
                const char *questions_path, const char *talk)
{
    static char questions[MOST][ID + 2];
    int known = lines_of(questions_path, questions[0], sizeof questions[0], MOST);
    int voters = vote_end - vote_first;
    long vote_count = seconds * votes_per_s, ask_count = seconds * asks_per_s, held_count = 0;
    char *held = calloc((size_t)voters * (known ? known : 1) + 1, 1);
    int64_t revision = INT64_MAX, tally = INT64_MAX;
    name_run();
    votes = calloc(vote_count + 1, sizeof *votes);
    asks = calloc(ask_count + 1, sizeof *asks);
    votes_sent = votes_acked = asks_sent = asks_acked = refused = 0;
    for (int i = watch_first; i < watch_end; i++) {
        if (clients[i].revision < revision)
            revision = clients[i].revision;
        if (clients[i].tally < tally)
            tally = clients[i].tally;
    }
    start_counter(&by_tally, tally, vote_count + 1000);
    start_counter(&by_revision, revision, ask_count + 1000);
    printf("{\"started\": true}\n");
    fflush(stdout);
    double began = now(), busy = 0, busy_then = 0, late = 0, ended = 0, idle_since = began;
    for (;;) {
        double t = now();
        long sent = votes_sent + asks_sent;
        while (votes_sent < vote_count && began + votes_sent / votes_per_s <= t) {
            int voter = votes_sent % voters, question = chance() % known;
            char *holds = &held[(size_t)voter * known + question];
            double due = t - (began + votes_sent / votes_per_s);
            if (due > late)
                late = due;
            vote(&clients[vote_first + voter], questions[question], *holds, votes_sent++);
            held_count += *holds ? -1 : 1;
            *holds ^= 1;
        }
        while (asks_sent < ask_count && began + (asks_sent + 0.5) / asks_per_s <= t)
            ask(&clients[count - 1], talk, 80, asks_sent++);
        if (votes_sent == vote_count && asks_sent == ask_count) {
            if (!ended) {
                ended = t;
                busy_then = busy;
            }
            int64_t last = votes_sent ? votes[votes_sent - 1].counter - by_tally.base : -1;
            int all = votes_acked == votes_sent && asks_acked == asks_sent;
            if ((all && (last < 0 || by_tally.seen[last]) && t > ended + 0.5) || t > ended + 10)
                break;
        }
        if (turn(0) > 0 || votes_sent + asks_sent > sent) {
            idle_since = now();
            busy += idle_since - t;
        } else if (t > idle_since + AWAKE_S) {
            struct epoll_event first;
            epoll_wait(epoll, &first, 1, 1);
        }
    }
    double *ms = malloc(sizeof *ms * (vote_count + ask_count + 1));
    long n = 0;
    printf("{\"votes\": %ld, \"acked\": %ld, \"held\": %ld, \"refused\": %ld, \"asks\": %ld, \"asks_acked\": %ld, "
           "\"lost\": %d, \"wall_s\": %.3f, \"busy\": %.3f, \"late_ms\": %.2f", votes_sent, votes_acked, held_count,
           refused, asks_sent, asks_acked, lost, ended - began, busy_then / (ended - began), late * 1000);
    for (long i = 0; i < votes_sent; i++)
        if (votes[i].acked)
            ms[n++] = (votes[i].acked - votes[i].sent) * 1000;
    print_times("ack_ms", ms, n);
    print_times("vote_seen_ms", ms, seen_times(&by_tally, votes, votes_sent, ms));
    print_times("ask_seen_ms", ms, seen_times(&by_revision, asks, asks_sent, ms));
    printf("}\n");
    watch_first = watch_end = 0;
}

static void hang(int first, int end)
{
    struct linger none = {.l_onoff = 1};
    for (int i = first; i < end && i < count; i++)
        if (clients[i].state != LOST) {
            setsockopt(clients[i].fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
            close(clients[i].fd);
            clients[i].state = LOST;
        }
    if (end >= count)
        count = first;
    printf("{\"clients\": %d}\n", count);
}

static void obey(char *line)
{
    char how[32], one[512], two[512], talk[128];
    int first, end, more, chars, voter, voters;
    double seconds, rate, ask_rate;
    long frames;
    static long asked;
    if (!strncmp(line, "await", 5))
        await_port();
    else if (sscanf(line, "open %d %31s %511s %511s", &more, how, one, two) == 4)
        open_clients(more, how, one, two);
    else if (sscanf(line, "ask %d %127s %d", &first, talk, &chars) == 3) {
        if (!asks)
            asks = calloc(1000000, sizeof *asks);
        if (!asked)
            name_run();
        ask(&clients[first], talk, chars, asked++);
    } else if (sscanf(line, "wait %d %d %ld", &first, &end, &frames) == 3)
        wait_frames(first, end, frames);
    else if (sscanf(line, "run %lf %d-%d %lf %lf %d-%d %511s %127s", &seconds, &voter, &voters, &rate, &ask_rate,
                    &watch_first, &watch_end, one, talk) == 9)
        run(seconds, voter, voters, rate, ask_rate, one, talk);
    else if (sscanf(line, "hang %d %d", &first, &end) == 2)
        hang(first, end);
    else if (!strncmp(line, "quit", 4))
        exit(0);
    else
        fail(line);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char line[2048];
    size_t held = 0;
    struct rlimit files;
    if (argc != 2)
        return 2;
    port = atoi(argv[1]);
    seed = (uint64_t)(now() * 1e9) ^ (uint64_t)getpid() << 32 ^ 0x9E3779B97F4A7C15u;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll = epoll_create1(0);
    fcntl(0, F_SETFL, O_NONBLOCK);
    for (;;) {
        ssize_t size = read(0, line + held, sizeof line - 1 - held);
        if (size == 0)
            return 0;
        if (size > 0)
            held += size;
        line[held] = 0;
        char *end = strchr(line, '\n');
        if (!end) {
            /* Between commands the crowd still listens and answers pings. */
            turn(1);
            continue;
        }
        *end = 0;
        char command[2048];
        strcpy(command, line);
        held -= end + 1 - line;
        memmove(line, end + 1, held + 1);
        obey(command);
    }
}
