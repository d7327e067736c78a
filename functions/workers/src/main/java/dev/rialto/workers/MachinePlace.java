package dev.rialto.workers;

import dev.rialto.functions.spi.Release;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// This machine: workers are processes beside the server.
final class MachinePlace implements Place {
    private final Launcher launcher;
    private final Map<Image, WarmPool> warm = new ConcurrentHashMap<>();

    MachinePlace(Launcher launcher) {
        this.launcher = launcher;
    }

    /// Keeps processes of an image ready from the first revision on that runs in it.
    void keepWarm(Image image) {
        IsolatedSettings settings = launcher.settings();
        warm.put(
                image,
                new WarmPool(
                        settings.warm(),
                        () -> launcher.launch(image, settings.limits(), Map.of())));
    }

    @Override
    public DeclaredMemory memory() {
        return launcher.memory();
    }

    @Override
    public String instancesSetting() {
        return launcher.instancesSetting();
    }

    @Override
    public Room room(Release release, Workload workload, IsolationLimits limits) {
        return new Room() {
            @Override
            public Launched launch(Worker.Lines printed) {
                return MachinePlace.this.launch(workload, limits, printed);
            }

            @Override
            public void close() {
                // What is made for a process goes with it.
            }
        };
    }

    private Launched launch(Workload workload, IsolationLimits limits, Worker.Lines printed) {
        Image image = workload.image();
        WarmPool pool = warm.get(image);
        Launcher.Launched launched =
                pool != null && limits.equals(launcher.settings().limits())
                        ? pool.take()
                        : launcher.launch(image, limits, workload.variables(), printed);
        return new Launched(launched.worker(), launched.exits(image));
    }

    @Override
    public void close() {
        warm.values().forEach(WarmPool::close);
    }
}
