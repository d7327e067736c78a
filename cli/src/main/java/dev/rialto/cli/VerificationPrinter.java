package dev.rialto.cli;

import dev.rialto.backup.Verification;
import java.io.PrintWriter;

/// Prints what was found in a restored database.
final class VerificationPrinter {
    private VerificationPrinter() {}

    /// @return the exit code
    static int print(Verification.Report report, PrintWriter out) {
        report.problems().forEach(each -> out.println("problem: " + each));
        out.printf(
                "checked %s rows in %s tables and %s indexes: %s%n",
                ReadableUnits.count(report.rows()),
                ReadableUnits.count(report.tables()),
                ReadableUnits.count(report.indexes()),
                report.problems().isEmpty() ? "all are good" : "there are problems");
        out.flush();
        return report.problems().isEmpty() ? 0 : 1;
    }
}
