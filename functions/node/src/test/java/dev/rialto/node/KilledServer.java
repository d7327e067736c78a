package dev.rialto.node;

import dev.rialto.functions.spi.Binding;
import java.time.Duration;
import java.util.stream.Collectors;

/// A server whose cloud code loops for ever when it is killed. Says the ids of the worker's
/// processes.
final class KilledServer {
    private KilledServer() {}

    public static void main(String[] args) {
        CloudCode code = CloudCode.patient();
        code.call("echo", "{}");
        String pids = code.pids().stream().map(String::valueOf).collect(Collectors.joining(" "));
        Thread.ofPlatform()
                .start(() ->
                        code.call(
                                new Binding.CloudFunction("loops"),
                                "{}",
                                CloudCode.ANYBODY,
                                Duration.ofMinutes(5)));
        while (code.isResponsive()) {
            Thread.onSpinWait();
        }
        System.out.println(pids);
    }
}
