package com.example.greeter;

import dev.rialto.sdk.CloudFunction;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.Function;
import java.util.Optional;

/// Greets people in their language.
///
/// `@Function` makes the class known to the server. One instance serves all calls, many at once, so
/// it has no fields that calls change.
@Function
public class Greeter {
    /// Languages that greetings come in. JSON has their names.
    public enum Language {
        ENGLISH("Hello"),
        FRENCH("Bonjour"),
        ITALIAN("Ciao");

        private final String hello;

        Language(String hello) {
            this.hello = hello;
        }
    }

    /// A person to greet. Clients send it as JSON: `{"name": "Ada", "language": "FRENCH"}`.
    ///
    /// @param name what they are called
    /// @param language what they speak; may be left out
    public record Person(String name, Optional<Language> language) {
        /// Checks what clients send: whatever is missing in JSON is null here. The message of the
        /// exception is told to the client.
        public Person {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException("A name is needed.");
            }
        }
    }

    /// What is said to them. Clients get it as JSON, too.
    public record Greeting(String text) {}

    /// Says hello. Clients call it by the name in the annotation.
    ///
    /// @param context who calls, and all that a function may use; it ends with the call
    @CloudFunction("hello")
    public Greeting greet(Person person, Context context) {
        Language language = person.language().orElse(Language.ENGLISH);
        // Operators set the mark without a new version: rialto micro-app config greeter mark=?
        String mark = context.config().getOrDefault("mark", "!");
        context.log().info("greeting " + person.name() + " in " + language);
        return new Greeting(language.hello + ", " + person.name() + mark);
    }
}
