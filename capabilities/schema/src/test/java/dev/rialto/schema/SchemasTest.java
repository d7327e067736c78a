package dev.rialto.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.spi.SystemClasses;
import dev.rialto.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemasTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();
    private static final Schemas SCHEMAS =
            new SchemaCapability(POSTGRES.database(), new SystemClasses(), (_, _) -> {}).schemas();

    @BeforeAll
    static void create() {
        Map<String, FieldType> fields = Map.of("a", new FieldType.Number());
        SCHEMAS.ensure(APP, "Sale", fields);
        SCHEMAS.ensure(APP, "Other", fields);
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static ClassSchema known(String className) {
        return SCHEMAS.find(APP, className).orElseThrow();
    }

    @Test
    void aChangeOfOneClassLeavesTheOthersKnown() {
        ClassSchema sale = known("Sale");
        ClassSchema other = known("Other");

        SCHEMAS.changed(APP.schema(), "Other");

        assertThat(known("Sale")).isSameAs(sale);
        assertThat(known("Other")).isNotSameAs(other).isEqualTo(other);
    }

    @Test
    void anAnnouncementOfWhatIsKnownChangesNothing() {
        ClassSchema sale = known("Sale");
        Announcement announced = Announcement.read(Announcement.of(sale).text()).orElseThrow();

        SCHEMAS.changed(APP.schema(), announced);
        assertThat(known("Sale")).isSameAs(sale);

        var later = new Announcement("Sale", sale.version() + 1);
        SCHEMAS.changed(APP.schema(), later);
        assertThat(known("Sale")).isNotSameAs(sale);
        assertThat(Announcement.read("Sale")).isEmpty();
        assertThat(Announcement.read("Sale:x")).isEmpty();
    }
}
