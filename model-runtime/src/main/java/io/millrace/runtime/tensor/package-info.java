/**
 * Columns to tensors and back, for models that read and give tensors: what a graph says about its inputs and outputs, how a
 * signature's columns fill them, and how a task's answer is made of them. Knows no library.
 */
@NullMarked
package io.millrace.runtime.tensor;

import org.jspecify.annotations.NullMarked;
