package dev.rialto.node;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Creates the descriptor of a micro app from the definitions of its cloud code. Names are adapted
/// to addresses: `sendMail` is `[domain]-[group]-cloud-sendmail`.
final class Definitions {
    private static final int MAX_NAME_LENGTH = 63;

    private final Set<String> taken = new HashSet<>();
    private final List<InterfaceDescriptor> interfaces = new ArrayList<>();

    private Definitions() {}

    /// Reads the project's own description.
    ///
    /// @throws RefusedException if it is missing or invalid
    static ObjectNode microApp(Artifact artifact) {
        byte[] content = artifact.files().get(Artifact.DESCRIPTOR);
        if (content == null) {
            throw new RefusedException(Problem.of("the micro app has no " + Artifact.DESCRIPTOR));
        }
        try {
            if (Json.read(content) instanceof ObjectNode object) {
                Descriptor.read(object.without("interfaces"));
                return object;
            }
            throw unreadable("is not a JSON object");
        } catch (JacksonException unreadable) {
            throw unreadable("is not valid JSON: " + unreadable.getOriginalMessage());
        }
    }

    /// @param report `functions`, `jobs` and `triggers`, in the order of their definition
    static Descriptor descriptor(ObjectNode microApp, JsonNode report) {
        var definitions = new Definitions();
        for (JsonNode each : report.path("functions")) {
            String name = each.asString("");
            definitions.add("cloud", name, name, new Binding.CloudFunction(name));
        }
        for (JsonNode each : report.path("triggers")) {
            String className = each.path("className").asString("");
            String moment = each.path("name").asString("");
            definitions.add(
                    "trigger",
                    moment + className,
                    className + "." + moment,
                    new Binding.Trigger(Binding.moment(moment), className));
        }
        for (JsonNode each : report.path("jobs")) {
            String name = each.asString("");
            definitions.add("job", name, name, new Binding.Job(name));
        }
        definitions.schedule(microApp);
        definitions.declare(microApp);
        Descriptor bare = Descriptor.read(microApp.without("interfaces"));
        return new Descriptor(
                bare.name(),
                bare.domain(),
                bare.group(),
                bare.version(),
                bare.description(),
                bare.runtime(),
                definitions.interfaces);
    }

    /// Adds what the project declares of its functions, jobs and triggers in its
    /// [Artifact#DESCRIPTOR].
    private void declare(ObjectNode microApp) {
        String family =
                microApp.path("domain").asString("") + "-" + microApp.path("group").asString("");
        var declared = new DeclaredInterfaces(microApp, family);
        interfaces.replaceAll(declared::completed);
        declared.requireAllUsed();
    }

    /// Adds the schedules of jobs, which the project declares in its [Artifact#DESCRIPTOR].
    private void schedule(ObjectNode microApp) {
        JsonNode schedules = microApp.path("schedules");
        if (!schedules.isMissingNode() && !schedules.isArray()) {
            throw unreadable("\"schedules\" must be an array");
        }
        List<Problem> problems = new ArrayList<>();
        for (JsonNode each : schedules) {
            String job = each.path("job").asString("");
            String cron = each.path("cron").asString("");
            JsonNode zone = each.path("zone");
            if (job.isEmpty() || cron.isEmpty() || !(zone.isMissingNode() || zone.isString())) {
                throw unreadable(
                        "a schedule must be like {\"cron\": \"0 3 * * *\", \"zone\":"
                                + " \"Europe/Berlin\", \"job\": \"tidy\"}, not "
                                + each);
            }
            int at = indexOf(new Binding.Job(job));
            if (at < 0) {
                throw unreadable(
                        "\"schedules\" names the job \""
                                + job
                                + "\", which is not defined in the code");
            }
            var schedule = new Binding.Schedule(cron, zone.asString("UTC"));
            schedule.problem()
                    .map(why -> problem("the job \"" + job + "\": " + why))
                    .ifPresent(problems::add);
            interfaces.set(at, interfaces.get(at).with(schedule));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private int indexOf(Binding binding) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).bindings().contains(binding)) {
                return i;
            }
        }
        return -1;
    }

    private void add(String function, String name, String target, Binding binding) {
        interfaces.add(
                InterfaceDescriptor.undeclared(function, unique(function, name), target, binding));
    }

    private String unique(String function, String name) {
        String fit = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (fit.isEmpty() || Character.isDigit(fit.charAt(0))) {
            fit = "f" + fit;
        }
        String candidate = cut(fit, "");
        for (int number = 2; !taken.add(function + "-" + candidate); number++) {
            candidate = cut(fit, String.valueOf(number));
        }
        return candidate;
    }

    private static String cut(String name, String end) {
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH - end.length())) + end;
    }

    static RefusedException unreadable(String why) {
        return new RefusedException(problem(why));
    }

    static Problem problem(String why) {
        return new Problem(Artifact.DESCRIPTOR, 0, 0, why);
    }
}
