package com.example.storefront;

import dev.rialto.sdk.Context;
import dev.rialto.sdk.Endpoint;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.Functions;
import dev.rialto.sdk.Functions.Attempt;
import dev.rialto.sdk.Interface;
import java.time.Duration;
import java.util.List;

/// The shop's home page as one answer. A front end that asked for its parts one by one would wait
/// for each of them, and would have to know what to do when one does not come.
@Function
public class Home {
    /// Who looks at the page; read from the path.
    public record Visitor(String userId) {}

    /// A part of the page.
    public record Section(String title, List<String> entries) {}

    /// The page.
    public record Page(Section orders, Section recommended, Section offers) {}

    /// Answers `GET /v1/web/home/ID`. Three functions are asked at the same time, and the page
    /// waits for none of them longer than the time they have together.
    @Endpoint("/home/{userId}")
    @Interface(deadlineMillis = 5_000)
    public Page page(Visitor visitor, Context context) {
        Functions functions = context.functions();
        long patience = Long.parseLong(context.config().getOrDefault("patience", "500"));
        List<Attempt<Section>> parts =
                functions.together(
                        Duration.ofMillis(patience),
                        List.of(
                                () -> functions.call("orders-of", visitor, Section.class),
                                () -> functions.call("recommended-to", visitor, Section.class),
                                () -> functions.call("offers", null, Section.class)));
        return new Page(
                orElse(parts.get(0), new Section("Your orders", List.of()), context),
                orElse(
                        parts.get(1),
                        new Section("Everybody's favourites", List.of("tea")),
                        context),
                orElse(parts.get(2), new Section("Offers", List.of()), context));
    }

    /// What came, or what is shown in its place. `Attempt.orElse` does the same without a word.
    private static Section orElse(Attempt<Section> part, Section fallback, Context context) {
        return switch (part) {
            case Attempt.Done<Section>(Section section) -> section;
            case Attempt.Failed<Section>(Exception reason) -> {
                context.log().warn(fallback.title() + " failed: " + reason.getMessage());
                yield fallback;
            }
            case Attempt.Late<Section>() -> {
                context.log().warn(fallback.title() + " came too late");
                yield fallback;
            }
        };
    }
}
