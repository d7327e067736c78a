package dev.rialto.where;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.model.Where;
import dev.rialto.testing.TestDatabase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.statistics.Statistics;

/// The two readers of `where` held against each other on random objects and conditions.
class WhereAgreementTest {
    private static final int WORLDS = 5;
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Map<Integer, SampleWorld> MADE = new HashMap<>();

    @AfterContainer
    static void close() {
        POSTGRES.close();
    }

    @Provide
    Arbitrary<Where> conditions() {
        return Arbitraries.randomValue(random -> new SampleConditions(random).where(3));
    }

    @Property(tries = 1000, seed = "1859")
    void sqlAndMemoryFindTheSameObjects(@ForAll("conditions") Where where, @ForAll Random choice) {
        SampleWorld world = world(choice.nextInt(WORLDS));
        Set<String> inPostgres =
                new HashSet<>(
                        POSTGRES.database().query(world.select(where), row -> row.getString(1)));

        Statistics.collect(inPostgres.isEmpty() ? "none" : inPostgres.size() < 60 ? "some" : "all");
        Statistics.coverage(coverage -> coverage.check("some").percentage(share -> share > 15));
        assertThat(inPostgres)
                .as("%s as %s", where, world.select(where))
                .isEqualTo(world.matchingInMemory(where));
    }

    private static SampleWorld world(int number) {
        return MADE.computeIfAbsent(
                number,
                seed ->
                        SampleWorld.create(
                                POSTGRES.database(),
                                new App("world" + seed, "world_" + seed),
                                seed));
    }
}
