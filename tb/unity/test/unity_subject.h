/* SPDX-License-Identifier: Apache-2.0
 * The second source file of the subject program brings its own tests. */
#ifndef UNITY_SUBJECT_H
#define UNITY_SUBJECT_H

void register_second_file(void);

#endif
