package dev.rialto.transfer;

/// What an export looks like.
///
/// @param hidden whether columns that no client sees, such as password hashes, are written too
/// @param delimiter what stands between the cells of a CSV file
public record ExportForm(FileFormat format, boolean hidden, char delimiter) {
    /// JSON lines as any client may see them.
    public static final ExportForm JSON_LINES = new ExportForm(FileFormat.JSON_LINES, false, ',');
}
