package io.millrace.common.badtree.order;

import io.millrace.common.badtree.mlflow.Facade;
import jakarta.ws.rs.core.Response;

/** Public, knows a service, HTTP and a facade. */
public class OrderStore {

    int count() {
        return new OrderService().total() + Facade.size();
    }

    Response answer() {
        return Response.ok().build();
    }
}
