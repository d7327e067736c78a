package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.EventReader.Event;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What feeds tell when roles are given and taken among other changes.
final class FeedRolesTest {
    private static final Sender MASTER = Sender.master();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A user who is in a role or not, and objects that only the role shows.
    private static final class Club {
        private final String name;
        private final Sender member;
        private final String memberId;
        private final String roleId;

        Club(String name) {
            this.name = name;
            Reply user = server.signUp(name + "-member");
            this.member = Sender.client().session(user.text("sessionToken"));
            this.memberId = user.text("objectId");
            this.roleId =
                    server.post(
                                    MASTER,
                                    "/roles",
                                    "{\"name\":\"" + name + "\",\"ACL\":{\"*\":{\"read\":true}}}")
                            .text("objectId");
        }

        String minutes(int number) {
            return server.create(
                    MASTER,
                    name,
                    "{\"n\":" + number + ",\"ACL\":{\"role:" + name + "\":{\"read\":true}}}");
        }

        void change(String operation) {
            server.put(
                    MASTER,
                    "/roles/" + roleId,
                    "{\"users\":{\"__op\":\""
                            + operation
                            + "\",\"objects\":[{\"__type\":\"Pointer\",\"className\":\"_User\""
                            + ",\"objectId\":\""
                            + memberId
                            + "\"}]}}");
        }

        EventReader follow() {
            return server.events(member, "/feeds/" + name);
        }
    }

    /// Work whose changes reach followers all at once, since a transaction holds them back.
    private static void atOnce(Runnable work) throws SQLException {
        String held = server.create(MASTER, "Held", "{\"n\":1}");
        try (Connection connection = server.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate(
                    "update app_first.\"Held\" set n = 2 where \"objectId\" = '" + held + "'");
            work.run();
            connection.commit();
        }
    }

    private static String id(Event event) {
        return event.data().path("object").path("objectId").asString();
    }

    @Test
    void objectsComeAndGoWithThePointersThatShowThem() {
        Reply user = server.signUp("pointed");
        String pointer =
                "{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                        + user.text("objectId")
                        + "\"}";
        String owned = server.create(MASTER, "Estate", "{\"owner\":" + pointer + "}");
        String let = server.create(MASTER, "Estate", "{\"tenant\":" + pointer + "}");
        showBy("owner");
        Sender sender = Sender.client().session(user.text("sessionToken"));
        try (EventReader feed = server.events(sender, "/feeds/Estate?keys=objectId")) {
            feed.next();
            showBy("tenant");

            Event gone = feed.next();
            Event come = feed.next();

            assertThat(gone.type() + " " + id(gone)).isEqualTo("leave " + owned);
            assertThat(come.type() + " " + id(come)).isEqualTo("enter " + let);
            assertThat(come.data().path("object").has("tenant")).isFalse();
        }
    }

    private static void showBy(String pointer) {
        server.put(
                MASTER,
                "/schemas/Estate",
                "{\"classLevelPermissions\":{\"get\":{},\"find\":{},\"readUserFields\":[\""
                        + pointer
                        + "\"]}}");
    }

    @Test
    void objectsThatChangedSinceTheRoleWasTakenLeave() throws SQLException {
        var club = new Club("Taken");
        club.change("AddRelation");
        String deleted = club.minutes(1);
        try (EventReader feed = club.follow()) {
            feed.next();
            atOnce(() -> {
                club.change("RemoveRelation");
                server.delete(MASTER, "/classes/Taken/" + deleted);
            });

            Event event = feed.next();

            assertThat(event.type()).isEqualTo("leave");
            assertThat(id(event)).isEqualTo(deleted);
        }
    }

    @Test
    void objectsEnterAsTheyWereWhenTheRoleWasGiven() throws SQLException {
        var club = new Club("Given");
        String old = club.minutes(1);
        try (EventReader feed = club.follow()) {
            feed.next();
            atOnce(() -> {
                club.change("AddRelation");
                club.minutes(2);
                server.put(MASTER, "/classes/Given/" + old, "{\"n\":3}");
            });

            Event entered = feed.next();
            Event created = feed.next();
            Event updated = feed.next();

            assertThat(entered.type()).isEqualTo("enter");
            assertThat(entered.data().path("object").path("n").asInt()).isEqualTo(1);
            assertThat(created.type()).isEqualTo("create");
            assertThat(updated.type()).isEqualTo("update");
            assertThat(updated.data().path("original").path("n").asInt()).isEqualTo(1);
        }
    }

    @Test
    void startsOverForClientsWhoseRolesChangedWhileTheyWereAway() {
        var club = new Club("Away");
        club.change("AddRelation");
        club.minutes(1);
        String seen;
        try (EventReader feed = club.follow()) {
            seen = feed.next().id();
        }
        club.change("RemoveRelation");
        try (EventReader feed =
                server.events(club.member.with("Last-Event-ID", seen), "/feeds/Away")) {
            Event reset = feed.next();
            assertThat(reset.type()).isEqualTo("reset");
            assertThat(reset.id()).isNotEqualTo(seen);
            assertThat(feed.next().type()).isEqualTo("open");
        }
    }

    @Test
    void startsOverForClientsThatAreCutOffAmongObjectsThatEnter() {
        var club = new Club("Among");
        club.minutes(1);
        club.minutes(2);
        String first;
        try (EventReader feed = club.follow()) {
            feed.next();
            club.change("AddRelation");
            first = feed.next().id();
            assertThat(feed.next().id()).isNotEqualTo(first);
        }
        try (EventReader feed =
                server.events(club.member.with("Last-Event-ID", first), "/feeds/Among")) {
            assertThat(feed.next().type()).isEqualTo("reset");
        }
    }

    @Test
    void endsWhenTheSessionEnds() {
        Reply user = server.signUp("leaver");
        Sender leaver = Sender.client().session(user.text("sessionToken"));
        try (EventReader feed = server.events(leaver, "/feeds/Room")) {
            feed.next();
            server.post(leaver, "/logout", "{}");

            Event end = feed.next();

            assertThat(end.type()).isEqualTo("error");
            assertThat(end.data().path("code").asInt()).isEqualTo(209);
        }
    }

    @Test
    void whoseRolesChangedStartsACopyAnew() {
        var club = new Club("Crew");
        club.change("AddRelation");
        club.minutes(1);
        Reply first = server.get(club.member, "/sync?classes=Crew");
        assertThat(first.body().path("changes").size()).isEqualTo(1);
        club.change("RemoveRelation");

        String token = "&token=" + first.text("token");
        assertThat(server.get(club.member, "/sync?classes=Crew" + token).code()).isEqualTo(1410);
        assertThat(server.get(club.member, "/sync?classes=Crew").body().path("changes").size())
                .isZero();
    }
}
