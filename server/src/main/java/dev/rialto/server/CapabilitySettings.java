package dev.rialto.server;

import dev.rialto.files.FilesSettings;
import dev.rialto.kernel.Settings;
import dev.rialto.live.LiveSettings;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.CapabilityPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The settings of the capabilities.
///
/// @param plans of those that stand on the platform alone
public record CapabilitySettings(
        ObjectsSettings objects,
        FilesSettings files,
        LiveSettings live,
        List<CapabilityPlan<?>> plans,
        FunctionsCapability.Settings functions) {
    public CapabilitySettings {
        plans = List.copyOf(plans);
    }

    /// These, and capabilities beside those of every server.
    CapabilitySettings with(List<CapabilityPlan<?>> more) {
        List<CapabilityPlan<?>> all = new ArrayList<>(plans);
        all.addAll(more);
        return new CapabilitySettings(objects, files, live, all, functions);
    }

    /// @param data the data folder
    static CapabilitySettings read(Settings in, Path data) {
        var objects = ObjectsSettings.read(in);
        var files = FilesSettings.read(in);
        var live = LiveSettings.read(in);
        List<CapabilityPlan<?>> plans = new ArrayList<>();
        Wiring.CAPABILITIES.forEach(each -> plans.add(each.apply(in)));
        return new CapabilitySettings(
                objects, files, live, plans, FunctionsCapability.Settings.read(in, data));
    }
}
