/* SPDX-License-Identifier: MIT */
/*
 * Random code for fuzzed guests.
 */
#ifndef TESTS_FUZZ_CODE_H
#define TESTS_FUZZ_CODE_H

#include "fuzz/fuzz.h"

/**
 * random_bundle() - 16 bytes at @to from the input
 *
 * With a valid template the slots are rows of the instruction table with any operands; with
 * another they are any bits.
 */
void random_bundle(struct input *in, uint8_t *to);

#endif
