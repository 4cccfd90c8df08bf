/* SPDX-License-Identifier: MIT */
/*
 * words.h - the bare guest's command line: words, and NAME=NUMBER.
 */
#ifndef GUEST_WORDS_H
#define GUEST_WORDS_H

#include "guest.h"

static inline const char *guest_cmdline(uint64_t boot_param)
{
	return (const char *)((const struct xen_boot_param *)boot_param)->command_line;
}

/** find_word - what follows @name at the start of a word; NULL: it is not there */
static inline const char *find_word(const char *text, const char *name)
{
	while (*text) {
		unsigned int n = 0;

		while (name[n] && text[n] == name[n])
			n++;
		if (!name[n] && (!text[n] || text[n] == ' ' || text[n] == '='))
			return text + n;
		while (*text && *text != ' ')
			text++;
		while (*text == ' ')
			text++;
	}
	return 0;
}

/** word_number - of NAME=NUMBER, decimal; @absent if it is not there */
static inline uint64_t word_number(const char *text, const char *name, uint64_t absent)
{
	const char *at = find_word(text, name);
	uint64_t n = 0;

	if (!at || *at != '=')
		return absent;
	for (at++; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + *at - '0';
	return n;
}

#endif
