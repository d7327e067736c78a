package dev.rialto.workers;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.List;

/// Settings of micro apps in processes of their own.
///
/// @param limits of one process; micro apps may ask for less
/// @param scale of one micro app; micro apps may ask for another one, with fewer instances
/// @param instances how many processes this node may have
/// @param warm how many processes are kept ready for the next micro app
/// @param commands the programs of the system that micro apps may be written for, and `./` for
///   those that they bring; empty for all
/// @param namespaces whether processes run in Linux namespaces
/// @param start how long a process may take to start and load its micro app
/// @param patience how long a process may be busy without answering before it is ended
public record IsolatedSettings(
        IsolationLimits limits,
        Scale scale,
        int instances,
        int warm,
        List<String> commands,
        Wanted namespaces,
        Duration start,
        Duration patience) {
    /// Whether something of the system is used.
    public enum Wanted {
        /// It is, or nothing is run.
        REQUIRED,
        /// It is where the system supports it.
        PREFERRED,
        OFF
    }

    public IsolatedSettings {
        commands = List.copyOf(commands);
        if (instances < scale.most()) {
            throw new IllegalArgumentException(
                    "functions.isolated.instances must be at least"
                            + " functions.isolated.app-instances");
        }
        if (warm < 0) {
            throw new IllegalArgumentException("functions.isolated.warm must not be negative");
        }
        if (!start.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "functions.isolated.start and functions.isolated.patience must be positive");
        }
    }

    /// The same with other namespaces.
    public IsolatedSettings with(Wanted other) {
        return new IsolatedSettings(
                limits, scale, instances, warm, commands, other, start, patience);
    }

    public static IsolatedSettings defaults() {
        return new IsolatedSettings(
                IsolationLimits.defaults(),
                new Scale(0, 10, 16, 1_000, Duration.ofMinutes(5)),
                50,
                1,
                List.of(),
                Wanted.REQUIRED,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5));
    }

    /// Reads the operator's settings.
    public static IsolatedSettings read(Settings in) {
        IsolatedSettings standard = defaults();
        IsolationLimits limits = IsolationLimits.read(in);
        Scale scale = scale(in, standard.scale());
        int instances = in.integer("functions.isolated.instances", standard.instances());
        int warm = in.integer("functions.isolated.warm", standard.warm());
        List<String> commands = in.list("functions.isolated.commands", standard.commands());
        var namespaces =
                in.choice("functions.isolated.namespaces", Wanted.class, standard.namespaces());
        var start = in.duration("functions.isolated.start", standard.start());
        var patience = in.duration("functions.isolated.patience", standard.patience());
        return in.build(
                standard,
                () ->
                        new IsolatedSettings(
                                limits,
                                scale,
                                instances,
                                warm,
                                commands,
                                namespaces,
                                start,
                                patience));
    }

    private static Scale scale(Settings in, Scale standard) {
        int most = in.integer("functions.isolated.app-instances", standard.most());
        int concurrency = in.integer("functions.isolated.concurrency", standard.concurrency());
        int queue = in.integer("functions.isolated.queue", standard.queue());
        Duration idle = in.duration("functions.isolated.idle", standard.idle());
        return in.build(standard, () -> new Scale(0, most, concurrency, queue, idle));
    }
}
