package dev.rialto.transfer;

/// Is told how far an import or export is, several times a second at most.
public interface TransferProgress {
    /// Tells nobody.
    TransferProgress SILENT = (_, _, _, _) -> {};

    /// What is being done.
    enum Phase {
        INFERRING,
        IMPORTING,
        EXPORTING
    }

    /// @param done how much of the work is done, between 0 and 1; negative when unknown
    /// @param rows read or written so far
    /// @param rejected rows refused so far
    void at(Phase phase, double done, long rows, long rejected);
}
