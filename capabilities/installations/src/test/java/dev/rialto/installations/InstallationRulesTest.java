package dev.rialto.installations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Answer;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Where;
import dev.rialto.spi.Draft;
import dev.rialto.testing.TestDatabase;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class InstallationRulesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Caller CLIENT = new Caller.Anonymous();
    private static final Caller MASTER = new Caller.Master();
    private static final String TOKEN = "AB".repeat(32);

    private RememberedObjects objects = new RememberedObjects(POSTGRES.database());
    private InstallationRules rules = new InstallationRules(POSTGRES.database(), objects);

    @BeforeEach
    void startEmpty() {
        objects = new RememberedObjects(POSTGRES.database());
        rules = new InstallationRules(POSTGRES.database(), objects);
        objects.use(rules);
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void needsSomethingToRecognizeTheDeviceBy() {
        assertRefused(
                () -> create("{'deviceType':'ios'}"),
                ErrorCode.MISSING_DEVICE_ID,
                "at least one ID field (deviceToken, installationId) must be specified in this"
                        + " operation");
        assertRefused(
                () -> create("{'deviceType':'ios','deviceToken':''}"),
                ErrorCode.MISSING_DEVICE_ID,
                "at least one ID field (deviceToken, installationId) must be specified in this"
                        + " operation");
    }

    @Test
    void needsTheTypeOfANewDevice() {
        assertRefused(
                () -> create("{'installationId':'i1'}"),
                ErrorCode.MISSING_DEVICE_ID,
                "deviceType must be specified in this operation");
        assertThat(objects.all()).isEmpty();
    }

    @Test
    void comparesIdsInLowerCase() {
        create("{'installationId':'ABC','deviceToken':'" + TOKEN + "','deviceType':'ios'}");

        assertThat(only().path("installationId").asString()).isEqualTo("abc");
        assertThat(only().path("deviceToken").asString()).isEqualTo(TOKEN.toLowerCase(Locale.ROOT));
    }

    @Test
    void keepsTheCaseOfOtherTokens() {
        create("{'deviceToken':'GcmToken','deviceType':'android'}");

        assertThat(only().path("deviceToken").asString()).isEqualTo("GcmToken");
    }

    @Test
    void updatesTheObjectOfAKnownInstallationId() {
        create("{'installationId':'i1','deviceType':'ios'}");
        Answer again = create("{'installationId':'I1','channels':['a']}");

        assertThat(again.status()).isEqualTo(200);
        assertThat(only().path("channels").toString()).isEqualTo("[\"a\"]");
    }

    @Test
    void updatesTheOnlyObjectOfATokenWhenOneSideHasNoInstallationId() {
        create("{'deviceToken':'t','deviceType':'ios'}");
        Answer withId = create("{'deviceToken':'t','installationId':'i1','deviceType':'ios'}");
        Answer withoutId = create("{'deviceToken':'t','deviceType':'ios','badge':3}");

        assertThat(withId.status()).isEqualTo(200);
        assertThat(withoutId.status()).isEqualTo(200);
        assertThat(only().path("installationId").asString()).isEqualTo("i1");
        assertThat(only().path("badge").asInt()).isEqualTo(3);
    }

    @Test
    void replacesTheOldInstallationOfAToken() {
        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios'}");
        Answer second = create("{'installationId':'i2','deviceToken':'t','deviceType':'ios'}");

        assertThat(second.status()).isEqualTo(201);
        assertThat(only().path("installationId").asString()).isEqualTo("i2");
    }

    @Test
    void letsTheSameTokenLiveInAnotherAppOfTheDevice() {
        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios','appIdentifier':'a'}");
        create("{'installationId':'i2','deviceToken':'t','deviceType':'ios','appIdentifier':'b'}");

        assertThat(objects.all()).hasSize(2);
    }

    @Test
    void refusesATokenThatFitsSeveralInstallations() {
        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios','appIdentifier':'a'}");
        create("{'installationId':'i2','deviceToken':'t','deviceType':'ios','appIdentifier':'b'}");

        assertRefused(
                () -> create("{'deviceToken':'t','deviceType':'ios'}"),
                ErrorCode.MISSING_INSTALLATION_ID,
                "Must specify installationId when deviceToken matches multiple Installation"
                        + " objects");
    }

    @Test
    void mergesTheRowsOfADeviceThatGotItsTokenFirst() {
        create("{'deviceToken':'t','deviceType':'ios','badge':1}");
        create("{'installationId':'i1','deviceType':'ios'}");
        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios'}");

        assertThat(only().path("installationId").asString()).isEqualTo("i1");
        assertThat(only().path("badge").asInt()).isEqualTo(1);
    }

    @Test
    void takesANewTokenAwayFromOthersOnUpdate() {
        create("{'installationId':'i1','deviceToken':'t','deviceType':'android'}");
        create("{'installationId':'i2','deviceToken':'u','deviceType':'android'}");
        update(idOf("i2"), "{'deviceToken':'t'}");

        assertThat(only().path("installationId").asString()).isEqualTo("i2");
        assertThat(only().path("deviceToken").asString()).isEqualTo("t");
    }

    @Test
    void linksTwoObjectsOfOneDeviceOnUpdate() {
        create("{'installationId':'i1','deviceType':'ios'}");
        create("{'deviceToken':'t','deviceType':'ios'}");
        String id = idOf("");
        update(id, "{'deviceToken':'t','installationId':'i1','deviceType':'ios'}");

        assertThat(objects.all()).containsOnlyKeys(id);
        assertThat(only().path("installationId").asString()).isEqualTo("i1");
    }

    @Test
    void refusesToChangeWhatIdentifiesADevice() {
        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios'}");
        String id = idOf("i1");

        assertRefused(
                () -> update(id, "{'installationId':'i2'}"),
                ErrorCode.IMMUTABLE_FIELD,
                "installationId may not be changed in this operation");
        assertRefused(
                () -> update(id, "{'installationId':{'__op':'Delete'}}"),
                ErrorCode.IMMUTABLE_FIELD,
                "installationId may not be changed in this operation");
        assertRefused(
                () -> update(id, "{'deviceType':'android'}"),
                ErrorCode.IMMUTABLE_FIELD,
                "deviceType may not be changed in this operation");
        assertThatCode(() -> update(id, "{'installationId':'I1','deviceType':'ios'}"))
                .doesNotThrowAnyException();
    }

    @Test
    void changesATokenOnlyOfADeviceWithAnId() {
        create("{'deviceToken':'t','deviceType':'ios'}");
        String id = idOf("");

        assertRefused(
                () -> update(id, "{'deviceToken':'u'}"),
                ErrorCode.IMMUTABLE_FIELD,
                "deviceToken may not be changed in this operation");
        update(id, "{'deviceToken':'u','installationId':'i1'}");
        update(id, "{'deviceToken':'v'}");
        assertThat(only().path("deviceToken").asString()).isEqualTo("v");
    }

    @Test
    void readsTheOriginalOnlyForCriticalFields() {
        assertThat(rules.needsOriginal(draft(CLIENT, json("{'channels':[]}")))).isFalse();
        assertThat(rules.needsOriginal(draft(CLIENT, json("{'deviceToken':'t'}")))).isTrue();
    }

    @Test
    void letsOnlyKeyHoldersFindAndDelete() {
        create("{'installationId':'i1','deviceType':'ios'}");
        String id = idOf("i1");
        var app = POSTGRES.app();

        assertRefused(
                () -> rules.beforeFind(app, CLIENT, Where.all(), false),
                ErrorCode.OPERATION_FORBIDDEN,
                "Clients aren't allowed to perform the find operation on the installation"
                        + " collection.");
        assertThat(rules.beforeFind(app, CLIENT, Where.all(), true)).isEqualTo(Where.all());
        assertThat(rules.beforeFind(app, MASTER, Where.all(), false)).isEqualTo(Where.all());
        assertRefused(
                () -> objects.delete(app, CLIENT, "_Installation", id),
                ErrorCode.OPERATION_FORBIDDEN,
                "Clients aren't allowed to perform the delete operation on the installation"
                        + " collection.");
        objects.delete(app, MASTER, "_Installation", id);
        assertThat(objects.all()).isEmpty();
    }

    @Test
    void makesOneObjectOfManyFirstSavesAtOnce() throws Exception {
        Callable<Integer> save =
                () ->
                        create("{'installationId':'i1','deviceToken':'t','deviceType':'ios'}")
                                .status();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> statuses =
                    threads.invokeAll(Collections.nCopies(12, save)).stream()
                            .map(Future::resultNow)
                            .toList();
            assertThat(statuses).containsOnlyOnce(201).contains(200).hasSize(12);
        }
        assertThat(objects.all()).hasSize(1);
    }

    /// As the real objects do: asks the rules first, then creates.
    private Answer create(String fields) {
        Draft draft = draft(CLIENT, json(fields));
        return rules.insteadOfCreate(draft)
                .orElseGet(() ->
                        Answer.of(
                                201,
                                objects.create(
                                        draft.app(),
                                        draft.caller(),
                                        Optional.empty(),
                                        draft.className(),
                                        draft.fields())));
    }

    private void update(String id, String fields) {
        objects.update(POSTGRES.app(), CLIENT, Optional.empty(), "_Installation", id, json(fields));
    }

    private String idOf(String installationId) {
        return objects.all().entrySet().stream()
                .filter(entry ->
                        entry.getValue().path("installationId").asString("").equals(installationId))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private ObjectNode only() {
        assertThat(objects.all()).hasSize(1);
        return objects.all().values().iterator().next();
    }

    private static Draft draft(Caller caller, ObjectNode fields) {
        return new Draft(
                POSTGRES.app(),
                caller,
                Optional.empty(),
                "_Installation",
                new Ids().objectId(),
                fields,
                true,
                Optional.empty());
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessage(message);
    }
}
