package dev.rialto.node;

import dev.rialto.runtime.spi.Binding;
import java.time.Duration;

/// A server whose cloud code loops for ever when it is killed. Says the worker's process id.
final class KilledServer {
    private KilledServer() {}

    public static void main(String[] args) {
        CloudCode code = CloudCode.patient();
        String pid = code.call("environment", "{}").path("pid").toString();
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
        System.out.println(pid);
    }
}
