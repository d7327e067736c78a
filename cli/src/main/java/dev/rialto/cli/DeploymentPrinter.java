package dev.rialto.cli;

import java.io.PrintWriter;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Shows what was deployed, who gets it, and what can be done next.
final class DeploymentPrinter {
    private final PrintWriter out;

    DeploymentPrinter(PrintWriter out) {
        this.out = out;
    }

    /// @param deployed as the server answers
    /// @param millis how long it took, the way to the server and back included
    void print(JsonNode deployed, long millis) {
        JsonNode descriptor = deployed.path("descriptor");
        String name = TerminalText.clean(deployed.path("name").asString(""));
        int revision = deployed.path("revision").asInt(0);
        out.println(
                name
                        + " revision "
                        + revision
                        + " "
                        + Routing.of(deployed, revision)
                        + ", in "
                        + millis
                        + " ms");
        InterfacePrinter.print(descriptor, out);
        deployed.path("dropped")
                .forEach(each -> next("dropped", TerminalText.clean(each.asString(""))));
        deployed.path("notes")
                .forEach(each -> out.println("note: " + TerminalText.clean(each.asString(""))));
        Optional<String> function = InterfacePrinter.callable(descriptor).map(TerminalText::clean);
        if (isLive(deployed, revision)) {
            function.ifPresent(each -> next("call it", CommandName.with("call " + each + " '{}'")));
            next("its log", CommandName.with("logs " + name + " -f"));
        } else if (isCandidate(deployed, revision)) {
            next("to all", CommandName.with("publish " + name + " " + revision));
            next("to none", CommandName.with("split " + name + " " + revision + " 0"));
        } else {
            String preview = name + "@" + revision;
            next("reach it", "header X-Rialto-Preview: " + preview);
            function.ifPresent(each ->
                    next(
                            "call it",
                            CommandName.with("call " + each + " '{}' --preview " + preview)));
            next("to all", CommandName.with("publish " + name + " " + revision));
        }
        out.flush();
    }

    private void next(String what, String how) {
        out.println(what + " ".repeat(Math.max(1, 10 - what.length())) + how);
    }

    private static boolean isLive(JsonNode microApp, int revision) {
        return microApp.path("live").asInt(0) == revision;
    }

    private static boolean isCandidate(JsonNode microApp, int revision) {
        return microApp.path("candidate").asInt(0) == revision;
    }

    /// Describes which calls a revision of a micro app receives.
    static final class Routing {
        private Routing() {}

        /// @param microApp as the server describes it: `live`, `candidate`, `percent`
        static String of(JsonNode microApp, int revision) {
            if (isLive(microApp, revision)) {
                return "is live";
            }
            int live = microApp.path("live").asInt(0);
            String others = live == 0 ? "nothing is live" : "revision " + live + " is live";
            if (isCandidate(microApp, revision)) {
                return "gets " + microApp.path("percent").asInt(0) + "% of the calls; " + others;
            }
            return "is a preview; " + others;
        }
    }
}
