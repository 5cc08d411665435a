package io.millrace.common.badtree.order;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Uses a store, keeps state, does not say who may call. */
@Path("/orders")
public class OrderResource {

    private final OrderStore store = new OrderStore();
    private int calls;

    @GET
    public int count() {
        calls++;
        return store.count() + calls;
    }
}
