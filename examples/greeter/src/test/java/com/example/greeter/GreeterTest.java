package com.example.greeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.example.greeter.Greeter.Greeting;
import com.example.greeter.Greeter.Language;
import com.example.greeter.Greeter.Person;
import dev.rialto.sdk.testing.TestContext;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A function is a class, and a test makes one. `TestContext` stands in for the server.
class GreeterTest {
    private final Greeter greeter = new Greeter();
    private final TestContext context = TestContext.create();

    @Test
    void greetsInEnglishUnlessToldOtherwise() {
        var ada = new Person("Ada", Optional.empty());
        var blaise = new Person("Blaise", Optional.of(Language.FRENCH));

        assertEquals(new Greeting("Hello, Ada!"), greeter.greet(ada, context));
        assertEquals(new Greeting("Bonjour, Blaise!"), greeter.greet(blaise, context));
    }

    @Test
    void endsWithTheMarkThatIsConfigured() {
        var ada = new Person("Ada", Optional.empty());

        assertEquals(new Greeting("Hello, Ada?"), greeter.greet(ada, context.config("mark", "?")));
    }

    @Test
    void needsAName() {
        assertThrows(IllegalArgumentException.class, () -> new Person(" ", Optional.empty()));
    }

    @Test
    void logsWhomItGreets() {
        greeter.greet(new Person("Ada", Optional.empty()), context);

        assertEquals("greeting Ada in ENGLISH", context.log().lines().getFirst().message());
    }
}
