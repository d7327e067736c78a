package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Event;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Saving;
import dev.rialto.sdk.testing.TestContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderHookTest {
    private final TestContext context = TestContext.create();
    private final OrderHook hook = new OrderHook();

    @BeforeEach
    void sellTeaAndCake() {
        context.objects().save(Entity.of("Product").with("name", "tea").with("price", 250));
        context.objects().save(Entity.of("Product").with("name", "cake").with("price", 400));
    }

    private static Map<String, Object> line(String product, long count) {
        return Map.of("product", product, "count", count);
    }

    /// What the server hands to triggers when an order is created.
    private static Saving creating(Entity order) {
        return new Saving(order, Optional.empty(), Set.of("lines"));
    }

    private static Saving creating(Object... lines) {
        return creating(Entity.of("Order").with("lines", List.of(lines)));
    }

    private String refusal(Saving saving) {
        return assertThrows(FunctionException.class, () -> hook.price(saving, context))
                .getMessage();
    }

    @Test
    void addsUpThePricesOfLines() {
        Entity priced = hook.price(creating(line("tea", 2), line("cake", 1)), context);

        assertEquals(900L, priced.get("total"));
    }

    @Test
    void passesOverTheTotalOfClients() {
        Entity order = Entity.of("Order").with("lines", List.of(line("tea", 1))).with("total", 1);

        assertEquals(250L, hook.price(creating(order), context).get("total"));
    }

    @Test
    void refusesWhatCannotBeDelivered() {
        assertEquals("An order needs lines.", refusal(creating()));
        assertEquals("There is no coffee.", refusal(creating(line("coffee", 1))));
        assertEquals("The count must be 1 to 1000, not 0.", refusal(creating(line("tea", 0))));
        assertEquals("A line needs a product and a count: tea", refusal(creating("tea")));
    }

    @Test
    void reportsNewOrdersOnly() {
        Entity order = new Entity("Order", "o1", Map.of("total", 250L));

        hook.announce(creating(order), context);
        hook.announce(new Saving(order, Optional.of(order), Set.of("note")), context);

        List<Event> events = context.events().published();
        assertEquals(1, events.size());
        assertEquals("order.placed", events.getFirst().topic());
        assertEquals(Map.of("order", "o1", "total", 250L), events.getFirst().fields());
    }

    @Test
    void packsOneParcelHoweverOftenItIsTold() {
        context.events().publish("order.placed", new OrderHook.Placed("o1", 250));
        Event event = context.events().published().getFirst();

        new Warehouse().pack(event, context);
        new Warehouse().pack(event, context);

        assertEquals(1, context.objects().count(Query.of("Parcel").equalTo("order", "o1")));
    }

    @Test
    void reportsAllOrders() {
        for (int i = 0; i < 501; i++) {
            context.objects().save(Entity.of("Order").with("total", 10));
        }

        new SalesReport().report(context);

        Entity report = context.objects().find(Query.of("SalesReport")).getFirst();
        assertEquals(501L, report.get("orders"));
        assertEquals(Optional.of(5010.0), report.number("total"));
        assertTrue(context.progress().contains("501 orders"));
    }
}
