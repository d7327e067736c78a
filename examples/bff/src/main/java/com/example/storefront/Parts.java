package com.example.storefront;

import com.example.storefront.Home.Section;
import com.example.storefront.Home.Visitor;
import dev.rialto.sdk.CloudFunction;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Query;
import java.util.List;

/// What the home page is made of. In a larger shop, each would be a micro app of its own team: the
/// page knows nothing of them but names and records.
@Function
public class Parts {
    /// What the visitor ordered last.
    @CloudFunction("orders-of")
    public Section orders(Visitor visitor, Context context) {
        List<Entity> orders =
                context.objects()
                        .find(
                                Query.of("Order")
                                        .equalTo("buyer", visitor.userId())
                                        .descending("createdAt")
                                        .limit(3));
        return new Section(
                "Your orders",
                orders.stream().map(each -> each.text("title").orElse("an order")).toList());
    }

    /// What the visitor may like: a good service that is slow today. It is ended when the page has
    /// stopped waiting.
    @CloudFunction("recommended-to")
    public Section recommended(Visitor visitor) throws InterruptedException {
        Thread.sleep(60_000);
        return new Section("For " + visitor.userId(), List.of("green tea"));
    }

    /// What is cheap: a service that is down today.
    @CloudFunction("offers")
    public Section offers() {
        throw new FunctionException(10_002, "the price list is being changed");
    }
}
