package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassSchema;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemasTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();
    private static final ObjectsCapability OBJECTS =
            new ObjectsCapability(
                    POSTGRES.database(),
                    InstantSource.system(),
                    (_, name) -> "http://files/" + name,
                    ObjectsSettings.defaults(),
                    (_, _) -> {});

    @BeforeAll
    static void create() {
        create("Sale");
        create("Other");
    }

    private static void create(String className) {
        OBJECTS.objects()
                .create(
                        APP,
                        new Caller.Master(),
                        Optional.empty(),
                        className,
                        Json.object().put("a", 1));
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static ClassSchema known(String className) {
        return OBJECTS.schemas().find(APP, className).orElseThrow();
    }

    @Test
    void aChangeOfOneClassLeavesTheOthersKnown() {
        ClassSchema sale = known("Sale");
        ClassSchema other = known("Other");

        OBJECTS.watching().classChanged(APP, "Other");

        assertThat(known("Sale")).isSameAs(sale);
        assertThat(known("Other")).isNotSameAs(other).isEqualTo(other);
    }

    @Test
    void anAnnouncementOfWhatIsKnownChangesNothing() {
        ClassSchema sale = known("Sale");
        Announcement announced = Announcement.read(Announcement.of(sale).text()).orElseThrow();

        OBJECTS.schemas().changed(APP.schema(), announced);
        assertThat(known("Sale")).isSameAs(sale);

        var later = new Announcement("Sale", sale.version() + 1);
        OBJECTS.schemas().changed(APP.schema(), later);
        assertThat(known("Sale")).isNotSameAs(sale);
        assertThat(Announcement.read("Sale")).isEmpty();
        assertThat(Announcement.read("Sale:x")).isEmpty();
    }
}
