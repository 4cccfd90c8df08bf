/* SPDX-License-Identifier: MIT */
#ifndef RT_STDIO_H
#define RT_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#define EOF	 (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

typedef struct rt_file FILE;

extern FILE *stdin, *stdout, *stderr;

FILE *fopen(const char *path, const char *mode);
FILE *freopen(const char *path, const char *mode, FILE *f);
int fclose(FILE *f);
int fflush(FILE *f);
void rewind(FILE *f);
int fseek(FILE *f, long offset, int whence);
int remove(const char *path);
char *tmpnam(char *buf);
void perror(const char *what);
size_t fread(void *to, size_t size, size_t n, FILE *f);
size_t fwrite(const void *from, size_t size, size_t n, FILE *f);
int fgetc(FILE *f);
int getc(FILE *f);
char *fgets(char *buf, int size, FILE *f);
int putchar(int c);
int fputc(int c, FILE *f);
int putc(int c, FILE *f);
int puts(const char *s);
int fputs(const char *s, FILE *f);
int putchar_unlocked(int c);
int fputc_unlocked(int c, FILE *f);
int fputs_unlocked(const char *s, FILE *f);
int puts_unlocked(const char *s);
int printf(const char *format, ...);
int fprintf(FILE *f, const char *format, ...);
int sprintf(char *buf, const char *format, ...);
int snprintf(char *buf, size_t size, const char *format, ...);
int vprintf(const char *format, va_list ap);
int vfprintf(FILE *f, const char *format, va_list ap);
int vsprintf(char *buf, const char *format, va_list ap);
int vsnprintf(char *buf, size_t size, const char *format, va_list ap);
int fscanf(FILE *f, const char *format, ...);

#endif
