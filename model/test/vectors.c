/* SPDX-License-Identifier: Apache-2.0
 * The table of conformance vectors. Not here: the language (vector_script.c). Proof: model.vectors. */
#include "vector_script.h"

#define V(id, script) { id, script },
const struct vector vectors[] = {
#include "vector_rows.h"
};
const size_t vector_count = sizeof vectors / sizeof vectors[0];
