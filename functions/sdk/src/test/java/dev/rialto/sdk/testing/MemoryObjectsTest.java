package dev.rialto.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.sdk.Caller;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Update;
import dev.rialto.sdk.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MemoryObjectsTest {
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private final TestContext context = TestContext.create(Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void createsWithIdAndDates() {
        Entity saved = context.objects().save(Entity.of("Order").with("total", 5));

        assertThat(saved)
                .isEqualTo(
                        new Entity(
                                "Order",
                                "id1",
                                Map.of("total", 5L, "createdAt", NOON, "updatedAt", NOON)));
        assertThat(context.objects().get("Order", "id1")).contains(saved);
        assertThat(context.objects().get("Order", "id2")).isEmpty();
    }

    @Test
    void updatesOnlyTheFieldsThatAreWritten() {
        var objects = context.objects();
        objects.save(Entity.of("Order").with("a", 1).with("b", "x").with("n", 1));
        Map<String, Object> gone = Map.of("__op", "Delete");
        Map<String, Object> more = Map.of("__op", "Increment", "amount", 2);

        Entity saved =
                objects.save(
                        new Entity(
                                "Order", "id1", Map.of("a", 2, "b", gone, "n", more, "m", more)));

        assertThat(saved.without("createdAt").without("updatedAt").fields())
                .isEqualTo(Map.of("a", 2L, "n", 3L, "m", 2L));
    }

    @Test
    void changesListsAndOnlyWhatFulfilsTheCondition() {
        var objects = context.objects();
        var order = objects.save(Entity.of("Order").with("tags", List.of("a")).with("n", 1));

        Entity told =
                objects.update(
                        order.pointer(),
                        Update.create()
                                .addUnique("tags", "a", "b")
                                .increment("n", 2)
                                .set("x", 1)
                                .onlyIf(Query.of("Order").equalTo("n", 1)));
        objects.update(order.pointer(), Update.create().remove("tags", "a"));

        assertThat(told.fields())
                .isEqualTo(Map.of("tags", List.of("a", "b"), "n", 3L, "updatedAt", NOON));
        assertThat(
                        code(() ->
                                objects.update(
                                        order.pointer(),
                                        Update.create()
                                                .set("n", 9)
                                                .onlyIf(Query.of("Order").equalTo("n", 1)))))
                .isEqualTo(1412);
        assertThat(objects.get("Order", order.id()).orElseThrow().number("n")).contains(3.0);
    }

    @Test
    void findsWhatIsInARelation() {
        var objects = context.objects();
        var tea = objects.save(Entity.of("Item").with("name", "tea")).pointer();
        var ink = objects.save(Entity.of("Item").with("name", "ink")).pointer();
        var order = objects.save(Entity.of("Order")).pointer();

        objects.update(order, Update.create().relate("items", tea, ink));
        objects.update(order, Update.create().unrelate("items", ink));

        assertThat(objects.find(Query.of("Item").relatedTo(order, "items")))
                .extracting(each -> each.get("name"))
                .containsExactly("tea");
    }

    @Test
    void undoesATransactionOfWhichOneWriteFails() {
        var objects = context.objects();
        List<Write> writes =
                List.of(
                        Write.save(Entity.of("Order")),
                        Write.delete(new Entity.Pointer("Order", "no")));

        assertThat(objects.batch(writes))
                .extracting(each -> each.getClass().getSimpleName())
                .containsExactly("Done", "Failed");
        assertThat(code(() -> objects.transact(writes))).isEqualTo(101);
        assertThat(objects.count(Query.of("Order"))).isEqualTo(1);
    }

    @Test
    void refusesToChangeWhatIsNotThere() {
        var objects = context.objects();
        assertThat(code(() -> objects.save(new Entity("Order", "no", Map.of())))).isEqualTo(101);
        assertThat(code(() -> objects.delete("Order", "no"))).isEqualTo(101);
        assertThat(code(() -> objects.increment("Order", "no", "n", 1))).isEqualTo(101);
    }

    @Test
    void incrementsWholeAndBrokenNumbers() {
        var objects = context.objects();
        objects.save(Entity.of("Order").with("text", "x"));

        assertThat(objects.increment("Order", "id1", "n", 2)).isEqualTo(2);
        assertThat(objects.increment("Order", "id1", "n", 0.5)).isEqualTo(2.5);
        assertThat(objects.get("Order", "id1").orElseThrow().get("n")).isEqualTo(2.5);
        assertThat(code(() -> objects.increment("Order", "id1", "text", 1))).isEqualTo(111);
    }

    @Test
    void keepsObjectsFromWhomTheirAclKeepsThem() {
        Map<String, Object> acl =
                Map.of(
                        "ann",
                        Map.of("read", true, "write", true),
                        "role:Staff",
                        Map.of("read", true));
        context.objects().given(new Entity("Note", "n", Map.of("ACL", acl)));
        var ann = context.as(Caller.user("ann")).objects();
        var staff = context.as(Caller.user("bob", "Staff")).objects();

        assertThat(context.objects().get("Note", "n")).isEmpty();
        assertThat(context.objects().count(Query.of("Note"))).isZero();
        assertThat(context.objects().asMaster().find(Query.of("Note"))).hasSize(1);
        assertThat(staff.find(Query.of("Note"))).hasSize(1);
        assertThat(code(() -> staff.delete("Note", "n"))).isEqualTo(101);
        ann.delete("Note", "n");
        assertThat(ann.get("Note", "n")).isEmpty();
    }

    @Test
    void answersConditions() {
        fruits();
        assertThat(found(query -> query.equalTo("name", "fig"))).containsExactly("fig");
        assertThat(found(query -> query.equalTo("objectId", "fig"))).containsExactly("fig");
        assertThat(found(query -> query.equalTo("price", 2))).containsExactly("apple");
        assertThat(found(query -> query.equalTo("price", null))).containsExactly("plum");
        assertThat(found(query -> query.equalTo("tags", "red"))).containsExactly("apple", "plum");
        assertThat(found(query -> query.equalTo("from.land", "IT"))).containsExactly("fig");
        assertThat(found(query -> query.notEqualTo("price", 2))).containsExactly("fig", "plum");
        assertThat(found(query -> query.atLeast("price", 2))).containsExactly("apple", "fig");
        assertThat(found(query -> query.greaterThan("price", 2))).containsExactly("fig");
        assertThat(found(query -> query.lessThan("price", 2.5).atLeast("price", 1)))
                .containsExactly("apple");
        assertThat(found(query -> query.atMost("price", "2"))).isEmpty();
        assertThat(found(query -> query.oneOf("name", List.of("fig", "kiwi"))))
                .containsExactly("fig");
        assertThat(found(query -> query.exists("price", true))).containsExactly("apple", "fig");
        assertThat(found(query -> query.startsWith("name", "p"))).containsExactly("plum");
        assertThat(found(query -> query.operator("name", "$nin", List.of("fig"))))
                .containsExactly("apple", "plum");
        assertThat(found(query -> query.operator("tags", "$all", List.of("red", "green"))))
                .containsExactly("apple");
        assertThat(found(query -> query.operator("price", "$not", Map.of("$gt", 2))))
                .containsExactly("apple", "plum");
        assertThat(
                        found(query ->
                                query.operator("name", "$regex", "^F")
                                        .operator("name", "$options", "i")))
                .containsExactly("fig");
    }

    @Test
    void answersAlternatives() {
        fruits();
        List<Map<String, Object>> either =
                List.of(Map.of("name", "fig"), Map.of("price", Map.of("$lt", 3)));
        assertThat(found(query -> query.equalTo("$or", either))).containsExactly("apple", "fig");
        assertThat(found(query -> query.equalTo("$nor", either))).containsExactly("plum");
        assertThat(found(query -> query.equalTo("$and", either))).isEmpty();
    }

    @Test
    void ordersSkipsAndLimits() {
        fruits();
        assertThat(found(query -> query.ascending("price")))
                .containsExactly("plum", "apple", "fig");
        assertThat(found(query -> query.descending("price")))
                .containsExactly("fig", "apple", "plum");
        assertThat(found(query -> query.ascending("kind").descending("name")))
                .containsExactly("plum", "fig", "apple");
        assertThat(found(query -> query.ascending("name").skip(1).limit(1))).containsExactly("fig");
        assertThat(found(query -> query.limit(0))).isEmpty();
        assertThat(context.objects().count(Query.of("Fruit").limit(1).skip(1))).isEqualTo(3);
    }

    @Test
    void answersNoMoreThanAServerUnlessAsked() {
        Collections.nCopies(101, Entity.of("Many")).forEach(context.objects()::save);
        assertThat(context.objects().find(Query.of("Many"))).hasSize(100);
        assertThat(context.objects().find(Query.of("Many").limit(1000))).hasSize(101);
    }

    @Test
    void includesObjectsAndLeavesOutFields() {
        var objects = context.objects();
        Entity city = objects.save(Entity.of("City").with("name", "Venice"));
        Entity shop = objects.save(Entity.of("Shop").with("city", city).with("name", "Tea"));
        objects.save(Entity.of("Order").with("shop", shop.pointer()).with("total", 3));

        Entity plain = objects.find(Query.of("Order")).getFirst();
        assertThat(plain.pointer("shop")).contains(shop.pointer());
        Entity whole =
                objects.find(Query.of("Order").including("shop.city").only("shop")).getFirst();
        assertThat(whole.get("shop")).isEqualTo(shop.with("city", city));
        assertThat(whole.has("total")).isFalse();
        assertThat(objects.count(Query.of("Shop").equalTo("city", city.pointer()))).isOne();
    }

    @Test
    void saysWhatItDoesNotKnow() {
        fruits();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> found(query -> query.operator("place", "$nearSphere", 1)))
                .withMessage("a TestContext does not support $nearSphere: try it on a server");
    }

    @Test
    void losesNoIncrementOfManyAtOnce() {
        var objects = context.objects();
        objects.save(Entity.of("Count"));
        context.functions()
                .together(
                        Duration.ofSeconds(20),
                        Collections.nCopies(50, () -> objects.increment("Count", "id1", "n", 1)));
        assertThat(objects.get("Count", "id1").orElseThrow().number("n")).contains(50.0);
    }

    private void fruits() {
        context.objects()
                .given(
                        new Entity(
                                "Fruit",
                                "apple",
                                Map.of(
                                        "name",
                                        "apple",
                                        "price",
                                        2,
                                        "tags",
                                        List.of("red", "green"))))
                .given(
                        new Entity(
                                "Fruit",
                                "fig",
                                Map.of("name", "fig", "price", 3.5, "from", Map.of("land", "IT"))))
                .given(new Entity("Fruit", "plum", Map.of("name", "plum", "tags", List.of("red"))));
    }

    private List<String> found(UnaryOperator<Query> asked) {
        return context.objects().find(asked.apply(Query.of("Fruit"))).stream()
                .map(Entity::id)
                .toList();
    }

    private static int code(Runnable work) {
        return catchThrowableOfType(FunctionException.class, work::run).code();
    }
}
