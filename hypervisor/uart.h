/* SPDX-License-Identifier: MIT */
/*
 * uart.h - the serial line: a 16550 that is polled for output and interrupts on input.
 */
#ifndef HV_UART_H
#define HV_UART_H

/** uart_init - 8N1 at the speed the firmware left; input by interrupt, to @input */
void uart_init(void (*input)(char c));
void uart_put(char c);

#endif
