/** The way to the registry: reads versions and streams their files. Nothing on the predict path calls it. */
@NullMarked
package io.millrace.serving.client.registry;

import org.jspecify.annotations.NullMarked;
