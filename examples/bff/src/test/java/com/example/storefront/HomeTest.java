package com.example.storefront;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.example.storefront.Home.Page;
import com.example.storefront.Home.Section;
import com.example.storefront.Home.Visitor;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.testing.TestContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HomeTest {
    private static final Visitor ANN = new Visitor("ann");

    private final TestContext context = TestContext.create();

    private static Section section(String title, String... entries) {
        return new Section(title, List.of(entries));
    }

    @Test
    void isMadeOfWhatTheFunctionsAnswer() {
        context.functions()
                .answer("orders-of", visitor -> section("Your orders", "lamp"))
                .answer("recommended-to", visitor -> section("For ann", "bulb"))
                .answer("offers", nothing -> section("Offers", "cord"));

        Page page = new Home().page(ANN, context.config("patience", "60000"));

        assertEquals(
                new Page(
                        section("Your orders", "lamp"),
                        section("For ann", "bulb"),
                        section("Offers", "cord")),
                page);
    }

    @Test
    void showsSomethingElseForWhatIsLateOrFails() {
        context.functions()
                .answer("orders-of", visitor -> section("Your orders", "lamp"))
                .answer(
                        "recommended-to",
                        visitor -> {
                            Thread.sleep(60_000);
                            return section("For ann", "bulb");
                        })
                .answer(
                        "offers",
                        nothing -> {
                            throw new FunctionException("down");
                        });

        Page page = new Home().page(ANN, context.config("patience", "1000"));

        assertEquals(section("Your orders", "lamp"), page.orders());
        assertEquals(section("Everybody's favourites", "tea"), page.recommended());
        assertEquals(section("Offers"), page.offers());
        assertEquals(
                List.of("warn Everybody's favourites came too late", "warn Offers failed: down"),
                context.log().lines().stream().map(Object::toString).toList());
    }

    @Test
    void writesTheWholeCatalog() throws IOException {
        Stream.of("tea", "12\" plate")
                .map(name -> Entity.of("Product").with("name", name).with("price", 250))
                .forEach(context.objects()::save);
        var sent = new ByteArrayOutputStream();

        var body =
                assertInstanceOf(
                        HttpResponse.Content.Stream.class, new Catalog().csv(context).content());
        body.writer().write(sent);

        assertEquals(
                "name,price\n\"12\"\" plate\",250\n\"tea\",250\n",
                sent.toString(StandardCharsets.UTF_8));
    }
}
