package io.millrace.common.badtree.order;

/** An exception of its own. */
public class OrderException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
