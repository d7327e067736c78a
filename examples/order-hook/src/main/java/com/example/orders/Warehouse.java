package com.example.orders;

import dev.rialto.sdk.Context;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Event;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.OnEvent;
import dev.rialto.sdk.Query;

/// Packs a parcel for each order. It knows of orders only by the event: it could as well be another
/// micro app of another team.
@Function
public class Warehouse {
    /// Packs an order's parcel.
    ///
    /// Events are told at least once: again, when the server stopped before it knew that this had
    /// ended. So it looks whether the work is done already.
    @OnEvent("order.placed")
    public void pack(Event event, Context context) {
        Objects objects = context.objects().asMaster();
        Object order = event.fields().get("order");
        if (objects.count(Query.of("Parcel").equalTo("order", order)) == 0) {
            objects.save(Entity.of("Parcel").with("order", order).with("state", "packed"));
            context.log().info("packed order " + order);
        }
    }
}
