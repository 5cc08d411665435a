/**
 * TorchScript archives, run by libtorch through DJL's binding. Needs 106 MiB of native libraries, so a deployment adds it:
 * see {@code docs/formats.md}.
 */
@NullMarked
package io.millrace.formats.torchscript;

import org.jspecify.annotations.NullMarked;
