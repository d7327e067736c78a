package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SchemasTest {
    private static final Sales SALES = new Sales();
    private static final App APP = SALES.postgres.app();

    @AfterAll
    static void close() {
        SALES.close();
    }

    private static ClassSchema known(String className) {
        return SALES.module.schemas().find(APP, className).orElseThrow();
    }

    @Test
    void aChangeOfOneClassLeavesTheOthersKnown() {
        SALES.create("Other", "{\"a\": 1}");
        ClassSchema sale = known("Sale");
        ClassSchema other = known("Other");

        SALES.module.watching().classChanged(APP, "Other");

        assertThat(known("Sale")).isSameAs(sale);
        assertThat(known("Other")).isNotSameAs(other).isEqualTo(other);
    }

    @Test
    void anAnnouncementOfWhatIsKnownChangesNothing() {
        ClassSchema sale = known("Sale");
        Announcement announced = Announcement.read(Announcement.of(sale).text()).orElseThrow();

        SALES.module.schemas().changed(APP.schema(), announced);
        assertThat(known("Sale")).isSameAs(sale);

        var later = new Announcement("Sale", sale.version() + 1);
        SALES.module.schemas().changed(APP.schema(), later);
        assertThat(known("Sale")).isNotSameAs(sale);
        assertThat(Announcement.read("Sale")).isEmpty();
        assertThat(Announcement.read("Sale:x")).isEmpty();
    }
}
