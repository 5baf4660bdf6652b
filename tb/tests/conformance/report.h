/* SPDX-License-Identifier: Apache-2.0
 * What main() needs of report.c. */
#ifndef CONFORMANCE_REPORT_H
#define CONFORMANCE_REPORT_H

#include <stdbool.h>

void report_begin(const char *backend, const char *only, bool tell_everything);
int report_end(const char *variant); /* prints the counts; the exit status */

#endif
