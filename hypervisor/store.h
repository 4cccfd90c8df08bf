/* SPDX-License-Identifier: MIT */
/*
 * store.h - an empty xenstore: requests of a guest's store ring get an answer.
 *
 * Guests of old wait for ever for the first reply. There is nothing in the store: reading
 * finds no entry, watches are accepted and never fire again, nothing can be written.
 */
#ifndef HV_STORE_H
#define HV_STORE_H

#include "domain.h"

bool store_create(struct domain *d, void *ring);
void store_destroy(struct domain *d);
unsigned int store_port(const struct domain *d);

#endif
