package dev.rialto.sdk.processor;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;

/// The file that says what a micro app exposes.
public final class InterfacesFile {
    /// Where it stands among the classes.
    public static final String PATH = "META-INF/rialto/interfaces.json";

    private InterfacesFile() {}

    /// The file's text. The same interfaces give the same text, in whatever order they come.
    public static String text(Collection<ExposedInterface> interfaces) {
        return JsonText.of(
                        Map.of(
                                "interfaces",
                                interfaces.stream()
                                        .sorted(
                                                Comparator.comparing(ExposedInterface::function)
                                                        .thenComparing(ExposedInterface::name)
                                                        .thenComparing(ExposedInterface::target))
                                        .map(ExposedInterface::wire)
                                        .toList()))
                + "\n";
    }
}
