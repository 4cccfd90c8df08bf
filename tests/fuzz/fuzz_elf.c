// SPDX-License-Identifier: MIT
/*
 * fuzz_elf.c - any bytes as an executable: refused in one line, or segments that are in the file.
 */
#include "fuzz/fuzz.h"
#include "fw/elf.h"

static void check_image(const struct elf_image *img, const uint8_t *file, size_t size)
{
	volatile uint8_t byte;

	require(img->n > 0 && img->n <= ELF_MAX_SEGMENTS);
	for (unsigned int i = 0; i < img->n; i++) {
		const struct elf_segment *s = &img->seg[i];

		require(s->file_size <= s->mem_size && s->pa + s->mem_size >= s->pa);
		if (!s->file_size)
			continue;
		require(s->data >= file && s->file_size <= size);
		require((size_t)(s->data - file) <= size - s->file_size);
		byte = s->data[0];
		byte = s->data[s->file_size - 1];
		(void)byte;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_image img;
	char why[200] = "";
	uint8_t *file = malloc(size ? size : 1); /* it may be changed, and its end is watched */

	memcpy(file, data, size);
	if (elf_parse(&img, file, size, why, sizeof(why)))
		check_image(&img, file, size);
	else
		require(*why && strlen(why) < sizeof(why) && !strchr(why, '\n'));
	free(file);
	return 0;
}
