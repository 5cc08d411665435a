/** Brings the metadata store to the schema of this release: migrations, login roles, first tokens. */
@NullMarked
package io.millrace.db;

import org.jspecify.annotations.NullMarked;
