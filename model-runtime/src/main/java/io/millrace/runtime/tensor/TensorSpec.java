package io.millrace.runtime.tensor;

/**
 * An input or output of a graph, whose first dimension is the rows.
 *
 * @param rank 1 for a tensor of N values, 2 for N by {@code width}
 * @param width columns of a matrix, -1 when the graph leaves it open; 1 for rank 1
 * @param batch the rows the graph is fixed to, -1 when they are open
 */
public record TensorSpec(String name, ElementType type, int rank, int width, long batch) {}
