package io.millrace.common.badtree.order;

import io.millrace.common.badtree.stock.Stock;
import jakarta.inject.Inject;

/** Takes a field by injection; makes a cycle with the other feature. */
public class OrderService {

    @Inject
    Stock stock;

    int total() {
        return stock.amount();
    }
}
