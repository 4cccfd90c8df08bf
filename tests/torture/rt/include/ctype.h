/* SPDX-License-Identifier: MIT */
#ifndef RT_CTYPE_H
#define RT_CTYPE_H

int isprint(int c);
int isdigit(int c);
int isspace(int c);
int isalpha(int c);
int toupper(int c);
int tolower(int c);

#endif
