package dev.rialto.transfer;

import dev.rialto.kernel.App;
import java.nio.file.Path;

/// A Parse Server's database that is imported into an app.
///
/// @param rejected the folder for reports of rejected rows, which is made if it is needed
/// @param again whether what was imported before is imported once more
public record ParseImportRequest(
        App app, ParsePlace from, OnConflict onConflict, Path rejected, boolean again) {}
