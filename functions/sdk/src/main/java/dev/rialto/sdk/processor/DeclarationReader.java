package dev.rialto.sdk.processor;

import dev.rialto.sdk.Interface;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads what an annotation declares to callers.
final class DeclarationReader {
    private DeclarationReader() {}

    static Declarations read(Interface set) {
        Interface.Deprecation end = set.deprecated();
        boolean ends = !(end.value() + end.on() + end.sunset()).isEmpty();
        return new Declarations(
                set.access().name().toLowerCase(Locale.ROOT),
                set.status(),
                set.repeatable(),
                Stream.of(set.parameters())
                        .map(each ->
                                new Declarations.Parameter(
                                        each.in().name().toLowerCase(Locale.ROOT),
                                        each.name(),
                                        each.description()))
                        .toList(),
                Stream.of(set.errors())
                        .map(each -> new Declarations.Failure(each.code(), each.when()))
                        .toList(),
                List.of(set.events()),
                set.meter(),
                set.cost(),
                set.since(),
                ends
                        ? Optional.of(
                                new Declarations.Deprecation(end.value(), end.on(), end.sunset()))
                        : Optional.empty());
    }
}
