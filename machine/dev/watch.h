/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions on the console's lines, the one being written included.
 */
#ifndef DEV_WATCH_H
#define DEV_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch;

enum watch_result { WATCH_NOTHING, WATCH_EXPECTED, WATCH_FAILED };

/**
 * watch_create() - compile the POSIX extended regular expressions; NULL: not wanted
 * Return: NULL after one line on stderr that names the bad expression.
 */
struct watch *watch_create(const char *expect, const char *fail_on);
void watch_destroy(struct watch *w);
/** watch_byte() - the console's next byte; answers at the end of a line */
enum watch_result watch_byte(struct watch *w, uint8_t byte);
/** watch_partial() - match the line as far as it has come */
enum watch_result watch_partial(struct watch *w);
/** watch_line() - the current line, NUL-terminated: at watch_byte('\n') the whole of it */
const char *watch_line(const struct watch *w);

#endif
