package com.example.orders;

import dev.rialto.sdk.Context;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Interface;
import dev.rialto.sdk.Moment;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Saving;
import dev.rialto.sdk.Trigger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Prices and checks each order, whoever writes it and however: clients save an `Order` as any
/// other object, and the server calls these methods.
@Function
public class OrderHook {
    /// What clients see as `code` of the error; numbers above 10,000 are free for apps.
    static final int BAD_ORDER = 10_001;

    /// What is told of an order.
    ///
    /// @param total in cents
    public record Placed(String order, long total) {}

    /// Sets the total before an order is written. Clients may send one, but it does not count.
    ///
    /// @return the order to write instead of the one that was sent
    @Interface(
            errors =
                    @Interface.Failure(
                            code = BAD_ORDER,
                            when = "The order has no lines, or one of an unknown product."))
    @Trigger(value = Moment.BEFORE_SAVE, of = "Order")
    public Entity price(Saving saving, Context context) {
        List<OrderLine> lines = saving.object().list("lines").stream().map(OrderLine::of).toList();
        if (lines.isEmpty()) {
            // Nothing is written then, and the client is told why.
            throw new FunctionException(BAD_ORDER, "An order needs lines.");
        }
        Map<String, Long> prices = prices(lines, context);
        long total = 0;
        for (OrderLine line : lines) {
            Long price = prices.get(line.product());
            if (price == null) {
                throw new FunctionException(BAD_ORDER, "There is no " + line.product() + ".");
            }
            total += price * line.count();
        }
        return saving.object().with("total", total);
    }

    /// Tells others of a new order, once it is written. They do their part in their own time, and
    /// the client does not wait for them.
    @Interface(events = "order.placed")
    @Trigger(value = Moment.AFTER_SAVE, of = "Order")
    public void announce(Saving saving, Context context) {
        if (saving.creates()) {
            Entity order = saving.object();
            long total = Math.round(order.number("total").orElseThrow());
            context.events().publish("order.placed", new Placed(order.id(), total));
        }
    }

    /// Prices in cents, by the products' names, with one query for all lines.
    private static Map<String, Long> prices(List<OrderLine> lines, Context context) {
        List<String> names = lines.stream().map(OrderLine::product).distinct().toList();
        // As master, since products need not be readable for those who order.
        List<Entity> products =
                context.objects()
                        .asMaster()
                        .find(Query.of("Product").oneOf("name", names).limit(names.size()));
        Map<String, Long> prices = new HashMap<>();
        for (Entity each : products) {
            double price = each.number("price").orElseThrow();
            prices.put(each.text("name").orElseThrow(), Math.round(price));
        }
        return prices;
    }
}
