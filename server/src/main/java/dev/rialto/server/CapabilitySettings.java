package dev.rialto.server;

import dev.rialto.accounts.AccountsSettings;
import dev.rialto.compiler.CompilerSettings;
import dev.rialto.files.FilesSettings;
import dev.rialto.hosting.FunctionsSettings;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Settings;
import dev.rialto.live.LiveSettings;
import dev.rialto.node.NodeSettings;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.sync.SyncSettings;
import java.nio.file.Path;

/// The settings of the capabilities.
public record CapabilitySettings(
        ObjectsSettings objects,
        AccountsSettings accounts,
        FilesSettings files,
        LiveSettings live,
        SyncSettings sync,
        Functions.Settings functions) {
    /// @param data the data folder
    static CapabilitySettings read(Settings in, Path data) {
        return new CapabilitySettings(
                ObjectsSettings.read(in),
                AccountsSettings.read(in),
                FilesSettings.read(in),
                LiveSettings.read(in),
                SyncSettings.read(in),
                new Functions.Settings(
                        FunctionsSettings.read(in),
                        CompilerSettings.read(in, data),
                        SharedSettings.read(in),
                        NodeSettings.read(in, data),
                        OutboundPolicy.read(in),
                        in.yes("functions.warm", true)));
    }
}
