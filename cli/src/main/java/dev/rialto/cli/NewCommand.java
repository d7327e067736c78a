package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes the project of a micro app.
@Command(
        name = "new",
        description = "Creates a folder with a micro app to start from: a Maven project.",
        mixinStandardHelpOptions = true)
final class NewCommand implements Runnable {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]{0,62}");

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "The micro app's name, unique in an app; also the folder's.")
    private String name = "";

    @Option(
            names = "--domain",
            paramLabel = "WORD",
            defaultValue = "demo",
            description = "The business domain: the first part of addresses (${DEFAULT-VALUE}).")
    private String domain = "";

    @Option(
            names = "--group",
            paramLabel = "WORD",
            defaultValue = "hello",
            description = "The second part of addresses (${DEFAULT-VALUE}).")
    private String group = "";

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            description = "The Java package (default: com.example. and the name).")
    private @Nullable String packageName;

    @Option(
            names = "--in",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "Where to create the folder (default: here).")
    private Path parent = Path.of(".");

    @Override
    public void run() {
        require(NAME, "name", name);
        require(WORD, "domain", domain);
        require(WORD, "group", group);
        var template = new ProjectTemplate(name, domain, group, chosenPackage());
        Path folder = parent.resolve(name);
        try {
            template.write(folder);
        } catch (IOException failure) {
            throw new SetupException(
                    "the project can't be written: " + failure.getMessage(), failure);
        }
        PrintWriter out = Console.of(spec);
        out.printf(Locale.ROOT, "created %s. Next steps:%n", folder);
        out.printf(Locale.ROOT, "  mvn -f %s test%n", folder);
        out.println("      runs its tests; needs JDK 25 (JAVA_HOME) and Maven");
        out.printf(Locale.ROOT, "  %s%n", CommandName.with("deploy " + folder));
        out.println("      makes it live on a server");
        out.println("Its README.md explains how to call it.");
        out.flush();
    }

    private String chosenPackage() {
        String chosen = packageName == null ? "com.example." + name.replace("-", "") : packageName;
        if (!SourceVersion.isName(chosen) || !chosen.equals(chosen.toLowerCase(Locale.ROOT))) {
            throw new SetupException(
                    "the package \""
                            + chosen
                            + "\" must be lower-case Java names separated by dots: set it with"
                            + " --package, e.g. com.acme.orders");
        }
        return chosen;
    }

    private static void require(Pattern pattern, String what, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new SetupException(
                    "the "
                            + what
                            + " \""
                            + value
                            + "\" must be lower-case letters and digits"
                            + (pattern == NAME ? " and dashes" : "")
                            + ", beginning with a letter, at most 63");
        }
    }
}
