package dev.rialto.jvmworker;

import dev.rialto.workers.Image;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts [JvmWorker] with the Java and the class path of this server, so that its AOT cache speeds
/// up workers as well.
public final class JvmImage implements Image {
    private static final String AOT_CACHE = "-XX:AOTCache=";
    private static final int MEGABYTE = 20;

    @Override
    public List<String> command(long memory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", "")).resolve("bin/java").toString());
        // A cache is only used with the collector and the headers that it was made with.
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:TieredStopAtLevel=4",
                        "-Xss512k",
                        "-Xmx" + (memory >> MEGABYTE) + "m",
                        "-Duser.timezone=UTC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith(AOT_CACHE))
                .forEach(each -> command.addAll(List.of(each, "-Xlog:disable")));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        JvmWorker.class.getName()));
        return command;
    }
}
