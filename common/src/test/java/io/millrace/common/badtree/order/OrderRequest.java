package io.millrace.common.badtree.order;

/** No record. */
public class OrderRequest {}
