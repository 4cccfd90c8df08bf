/* SPDX-License-Identifier: MIT */
/*
 * A 16550A serial port; its other end is the console.
 */
#ifndef DEV_UART_H
#define DEV_UART_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct uart;

/** uart_create() - at @port, interrupting through I/O SAPIC @pin; NULL when memory is short */
struct uart *uart_create(struct machine *m, uint16_t port, unsigned pin);
void uart_destroy(struct uart *u);
void uart_reset(struct uart *u);
/** uart_room() - how many bytes it would take now: 0 while the guest does not assert RTS */
unsigned uart_room(const struct uart *u);
/** uart_receive() - a byte arrives on the line; only when uart_room() */
void uart_receive(struct uart *u, uint8_t byte);

#endif
