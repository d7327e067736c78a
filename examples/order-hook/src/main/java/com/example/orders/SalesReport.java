package com.example.orders;

import dev.rialto.sdk.Context;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.Job;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Schedule;
import java.util.List;

/// Reports what was sold.
@Function
public class SalesReport {
    private static final int PAGE = 500;

    /// Adds up all orders and saves a `SalesReport`. It runs on working days at six in Berlin, and
    /// when somebody with the master key starts the job.
    @Job("sales-report")
    @Schedule(value = "0 6 * * 1-5", zone = "Europe/Berlin")
    public void report(Context context) {
        Objects objects = context.objects().asMaster();
        Query orders = Query.of("Order").ascending("createdAt").only("total").limit(PAGE);
        long count = 0;
        double total = 0;
        List<Entity> page;
        do {
            page = objects.find(orders.skip((int) count));
            for (Entity each : page) {
                total += each.number("total").orElse(0.0);
            }
            count += page.size();
            context.progress(count + " orders");
        } while (page.size() == PAGE);
        objects.save(Entity.of("SalesReport").with("orders", count).with("total", total));
    }
}
