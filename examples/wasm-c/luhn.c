// Checks the last digit of the number of a card, as ISO/IEC 7812 has it: a program that reads JSON and writes JSON.
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_INPUT = 4096, MIN_DIGITS = 2, WARN = 2, INVALID_NUMBER = 10001 };

__attribute__((import_module("rialto_v1"), import_name("log")))
void rialto_log(int level, const char *message, int length);

static void refuse(const char *why) {
    printf("{\"code\": %d, \"message\": \"%s\"}\n", INVALID_NUMBER, why);
    exit(EXIT_FAILURE);
}

// The digits of {"number": "4539 1488 0343 6467"}, without spaces and dashes.
static size_t read_digits(const char *json, char *digits) {
    const char *at = strstr(json, "\"number\"");
    at = at == NULL ? NULL : strchr(at + strlen("\"number\""), '"');
    if (at == NULL) {
        refuse("A number is needed.");
    }
    size_t count = 0;
    for (at++; *at != '"' && *at != '\0'; at++) {
        if (isdigit((unsigned char)*at)) {
            digits[count++] = *at;
        } else if (*at != ' ' && *at != '-') {
            refuse("A number has digits, spaces and dashes.");
        }
    }
    if (count < MIN_DIGITS) {
        refuse("A number has two digits or more.");
    }
    return count;
}

static bool is_valid(const char *digits, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        int value = i % 2 == 0 ? digit : 2 * digit;
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

int main(void) {
    static char json[MAX_INPUT + 1];
    static char digits[MAX_INPUT];
    json[fread(json, 1, MAX_INPUT, stdin)] = '\0';
    size_t count = read_digits(json, digits);
    bool valid = is_valid(digits, count);
    if (!valid) {
        const char *message = "a number was mistyped";
        rialto_log(WARN, message, (int)strlen(message));
    }
    printf("{\"valid\": %s, \"digits\": %zu}\n", valid ? "true" : "false", count);
    return EXIT_SUCCESS;
}
