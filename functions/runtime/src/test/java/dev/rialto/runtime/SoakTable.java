package dev.rialto.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Prints what stays in memory after many revisions: `java ... SoakTable 10000`.
final class SoakTable {
    private SoakTable() {}

    public static void main(String[] arguments) throws Exception {
        int last = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("soak");
        System.out.println("| revisions | metaspace, KB | heap, KB | classes | unloaded | s |");
        System.out.println("|---|---|---|---|---|---|");
        try (var runtime = new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {})) {
            var round = new SharedRound(runtime, SoakApp.compiled(folder));
            long begin = System.nanoTime();
            int done = 0;
            for (int share : List.of(1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)) {
                int before = done;
                int count = last * share / 100 - done;
                for (var point : RevisionSoak.run(each -> round.run(before + each), count)) {
                    System.out.printf(
                            "| %,d | %,d | %,d | %,d | %,d | %d |%n",
                            before + count,
                            point.metaspace() >> 10,
                            point.heap() >> 10,
                            point.classes(),
                            point.unloaded(),
                            (System.nanoTime() - begin) / 1_000_000_000L);
                }
                done += count;
            }
        }
    }
}
