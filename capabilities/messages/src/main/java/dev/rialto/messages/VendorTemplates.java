package dev.rialto.messages;

import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The templates that an operator has registered with a provider of SMS which sends no other texts,
/// by the templates of apps that they stand for: `code:SMS_1:code+minutes, code/en:SMS_2:code`.
///
/// @param byName by the name of a template of apps, or that name, a slash and a language
record VendorTemplates(Map<String, Registered> byName) {
    private static final String VALUE = "[a-zA-Z][a-zA-Z0-9]{0,62}";
    private static final String PARAMETER = "(?:[A-Za-z_][A-Za-z0-9_]{0,62}=)?" + VALUE;
    private static final Pattern ENTRY =
            Pattern.compile(
                    "(?<name>[a-z][a-z0-9-]{0,62}(?:/[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3})?)"
                            + ":(?<id>[A-Za-z0-9_-]{1,64})"
                            + "(?::(?<parameters>"
                            + PARAMETER
                            + "(?:\\+"
                            + PARAMETER
                            + "){0,30}))?");

    VendorTemplates {
        byName = Map.copyOf(byName);
    }

    /// A template of a provider.
    ///
    /// @param id what the provider calls it
    /// @param parameters in the order of its places
    record Registered(String id, List<Parameter> parameters) {
        /// What is put into the places of a template, in their order. A missing value is empty.
        List<String> values(Map<String, String> values) {
            return parameters.stream().map(each -> values.getOrDefault(each.value(), "")).toList();
        }
    }

    /// A place in a template of a provider.
    ///
    /// @param name what the provider calls it
    /// @param value the value of a message that is put there
    record Parameter(String name, String value) {
        private static Parameter parse(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new Parameter(text, text)
                    : new Parameter(text.substring(0, equals), text.substring(equals + 1));
        }
    }

    /// Reads a setting.
    ///
    /// @param entries each `NAME:ID`, `NAME/LANGUAGE:ID` or one of them with `:VALUE+VALUE`; a
    ///   value may be `PARAMETER=VALUE` when the provider calls it otherwise
    /// @throws IllegalArgumentException when it is not valid
    static VendorTemplates parse(String setting, List<String> entries) {
        Map<String, Registered> all = new HashMap<>();
        for (String entry : entries) {
            Matcher parts = ENTRY.matcher(entry);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        setting + ": \"" + entry + "\" must be like code:SMS_123:code+minutes");
            }
            var registered =
                    new Registered(
                            parts.group("id"),
                            Optional.ofNullable(parts.group("parameters")).stream()
                                    .flatMap(list -> Stream.of(list.split("\\+")))
                                    .map(Parameter::parse)
                                    .toList());
            if (all.put(parts.group("name"), registered) != null) {
                throw new IllegalArgumentException(
                        setting + " has \"" + parts.group("name") + "\" twice");
            }
        }
        return new VendorTemplates(all);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /// Finds the one for the template and the language of a message, else the one for any language.
    ///
    /// @throws UndeliverableException when the setting has neither
    Registered require(String setting, Outgoing message) throws UndeliverableException {
        String template = message.source().template();
        Registered found = byName.get(template + "/" + message.source().language());
        if (found == null) {
            found = byName.get(template);
        }
        if (found == null) {
            throw new UndeliverableException(
                    setting + " has no template of the provider for \"" + template + "\"", false);
        }
        return found;
    }
}
